"""What reviewers forget: every variable and every key of the line's rules stands in docs/settings.md."""

import re
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from hotline.settings import LineConfig
from hotline.settings.environment import Environment
from hotline.settings.line import duration

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / ".env.example"
VARIABLES = {str(field.alias) for field in Environment.model_fields.values()}
ROWS = {cells[0]: cells[1] for cells in re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", SETTINGS, re.MULTILINE)}


def keys(section: type[BaseModel], prefix: str = "[{}]") -> Iterator[tuple[str, Any]]:
    """Every key as the document writes it, with its default."""
    for name, field in section.model_fields.items():
        inner = next(iter(get_args(field.annotation)), field.annotation)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            brackets = "[[{}]]" if get_args(field.annotation) else "[{}]"
            yield from keys(inner, brackets.format(name))
        elif prefix == "[{}]":
            yield f"[{name}]", None
        else:
            yield f"{prefix} {field.alias or name}", None if field.is_required() else field.default


KEYS = dict(keys(LineConfig))


def test_every_variable_of_the_environment_has_its_row() -> None:
    assert {row for row in ROWS if not row.startswith("[")} == VARIABLES


def test_every_rule_of_the_line_has_its_row() -> None:
    assert {row for row in ROWS if row.startswith("[")} == set(KEYS)


@pytest.mark.parametrize("key", [key for key, default in KEYS.items() if default is not None])
def test_the_default_that_is_documented_is_the_one_that_applies(key: str) -> None:
    told = tomllib.loads(f"value = {ROWS[key].strip(' `')}")["value"]
    default = KEYS[key]
    assert (duration(told) if isinstance(default, timedelta) else told) == default


def test_the_settings_file_that_comes_along_says_the_defaults() -> None:
    written = (ROOT / "config" / "hotline.toml").read_text(encoding="utf-8")
    assert LineConfig.model_validate(tomllib.loads(written)) == LineConfig()


def test_the_example_of_an_env_file_names_each_variable_once() -> None:
    named = re.findall(r"^#?([A-Z][A-Z_]*)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(VARIABLES)


def test_the_example_of_an_env_file_changes_nothing_until_it_is_filled_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    assert Environment(_env_file=EXAMPLE) == Environment(_env_file=None)
