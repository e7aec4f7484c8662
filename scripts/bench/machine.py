"""The machine on which the figures were taken."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

_LIBRARIES = ("flask", "gunicorn", "sqlalchemy", "psycopg", "ortools")


def described() -> dict[str, str]:
    """Return processor, cores, load, system, Python and the libraries that weigh most."""
    return {
        "cpu": _processor(),
        "cores": str(os.cpu_count()),
        "load before": f"{os.getloadavg()[0]:.2f}",
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        **{name: version(name) for name in _LIBRARIES},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
