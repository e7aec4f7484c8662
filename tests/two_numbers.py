"""An association with two numbers: the main line, and one in Italian with hours of its own."""

from pathlib import Path

import pytest

ITALIAN = "+33639980200"
RULES = f"""
[[lines]]
number = "{ITALIAN}"
name = "Ligne italienne"
language = "it"
open = "Tu 16:00-18:00"
"""


def use(folder: Path, monkeypatch: pytest.MonkeyPatch, rules: str = RULES) -> Path:
    """Let the product that is put together next read these rules; return the folder."""
    file = folder / "hotline.toml"
    file.write_text(rules, encoding="utf-8")
    monkeypatch.setenv("HOTLINE_CONFIG", str(file))
    return folder
