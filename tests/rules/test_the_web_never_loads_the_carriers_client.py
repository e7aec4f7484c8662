"""The first answer needs no outside call: the web does not even load what could make one."""

import subprocess
import sys
from pathlib import Path

import pytest

SERVED = """
import sys
import threading
import hotline.wsgi
client = hotline.wsgi.app.test_client()
assert client.post("/voice/incoming").status_code == 403
assert client.get("/healthz").status_code == 200
assert "clock-watch" in {thread.name for thread in threading.enumerate()}
heavy = {"twilio.rest", "requests", "ortools", "apscheduler", "scheduler", "hotline.rehearsal"}
heavy |= {"prometheus_client"}
print(sorted(heavy & set(sys.modules)))
"""


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """An SQLite file that nobody opens."""
    return f"sqlite:///{tmp_path}/hotline.db"


def test_the_web_never_loads_the_carriers_client(environment: Path) -> None:
    done = subprocess.run([sys.executable, "-c", SERVED], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
