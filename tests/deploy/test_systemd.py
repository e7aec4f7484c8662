"""The units are read by systemd itself, and say what the documents promise."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from hotline.cli import serve
from scheduler.__main__ import ENDS_WITHIN
from tests.conftest import missing
from tests.deploy.machine import ROOT

UNITS = sorted((ROOT / "config" / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
NAME = "briancon"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units as they are copied, the product's commands where they are here."""
    if shutil.which("systemd-analyze") is None:
        missing("systemd", "systemd-analyze is not installed")
    folder = tmp_path_factory.mktemp("units")
    for unit in UNITS:
        here = unit.read_text().replace("/opt/on-se-parle/.venv", str(ROOT / ".venv"))
        (folder / unit.name.replace("@", f"@{NAME}")).write_text(here)
    return folder


def analysed(what: str, *words: str) -> str:
    done = subprocess.run(
        ["systemd-analyze", what, *words], capture_output=True, text=True, check=False, timeout=60
    )
    return done.stdout + done.stderr


def test_systemd_has_nothing_to_say_about_the_units(installed: Path) -> None:
    found = analysed("verify", "--man=no", *map(str, sorted(installed.iterdir())))
    assert [line for line in found.splitlines() if str(installed) in line or "hotline" in line] == []


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_service_may_do_little_more_than_its_work(installed: Path, unit: Path) -> None:
    named = installed / unit.name.replace("@", f"@{NAME}")
    found = re.search(
        r"Overall exposure level for \S+: ([\d.]+)", analysed("security", "--offline=true", str(named))
    )
    assert found
    assert float(found[1]) < 4


def said(name: str) -> configparser.SectionProxy:
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment]
    read.read(ROOT / "config" / "systemd" / name)
    return read["Service"]


@pytest.mark.parametrize("name", ["hotline-clock.service", "hotline-clock@.service"])
def test_systemd_waits_longer_for_the_clock_than_the_clock_for_its_work(name: str) -> None:
    assert ENDS_WITHIN + 5 <= float(said(name)["TimeoutStopSec"]) <= serve.MOST_SECONDS


@pytest.mark.parametrize("name", ["hotline-web.service", "hotline-web@.service"])
def test_systemd_waits_longer_for_the_web_than_the_web_for_its_requests(name: str) -> None:
    config = (ROOT / "config" / "gunicorn.conf.py").read_text()
    graceful = re.search(r"^graceful_timeout = (\d+)", config, re.MULTILINE)
    assert graceful
    assert int(graceful[1]) + 5 <= float(said(name)["TimeoutStopSec"]) <= serve.MOST_SECONDS


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_service_comes_back_by_itself_and_writes_only_where_it_must(unit: Path) -> None:
    service = said(unit.name)
    assert service.get("Restart") == "always" or service["Type"] == "oneshot"
    assert service["ProtectSystem"] == "strict"
    assert all(
        place.startswith(("/opt/on-se-parle/var", "/srv/lignes/%i/var", "/var/backups/"))
        for place in service["ReadWritePaths"].split()
    )
