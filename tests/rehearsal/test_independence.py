"""The stand-in checks the product, so it shares no code with it nor with the carrier's library."""

import ast
from pathlib import Path

import pytest

import hotline.rehearsal

SOURCES = sorted(Path(hotline.rehearsal.__path__[0]).rglob("*.py"))
FORBIDDEN = ("callflows", "scheduler", "twilio", "smsutil")


def imported(source: Path) -> set[str]:
    """Return the modules that a file imports."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_the_stand_in_imports_nothing_of_the_product(source: Path) -> None:
    modules = imported(source)
    assert not {name for name in modules if name.split(".")[0] in FORBIDDEN}
    ours = {name for name in modules if name.split(".")[0] == "hotline"}
    assert {".".join(name.split(".")[:2]) for name in ours} <= {"hotline.rehearsal"}
