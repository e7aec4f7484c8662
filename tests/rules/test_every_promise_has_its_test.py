"""What reviewers forget: a promise without a test that breaks it, or whose test has another name by now."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROMISES = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
PROMISED = {
    "call",
    "voicemail",
    "text in",
    "text out",
    "mail in",
    "mail out",
    "contact by hand",
    "offer",
    "answer",
    "callback",
    "bridge",
    "referral",
}
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PROMISES.splitlines()
    if line.startswith("|") and not line.startswith(("|---", "| what |"))
]


@cache
def names_in(file: str) -> set[str]:
    """The names of the functions in a file, those in classes too."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {found.name for found in ast.walk(tree) if isinstance(found, ast.FunctionDef)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_promise_names_tests_that_exist(row: list[str]) -> None:
    _what, *said, tests = row
    assert len(said) == 3
    assert all(said), "what is guaranteed, how, and within what time"
    named = TEST.findall(tests)
    assert named, "no test"
    assert [(file, test) for file, test in named if test not in names_in(file)] == []


def test_everything_that_happens_on_the_line_has_its_promise() -> None:
    assert {row[0] for row in ROWS} >= PROMISED
