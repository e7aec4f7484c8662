"""`hotline missions check`: what the platform would refuse, mission by mission."""

from pathlib import Path

import pytest

from tests.cli.conftest import Type
from tests.databases import on_sqlite

pytestmark = on_sqlite

COMPLETE = """
[association]
name = "MJC du Briançonnais"
address = "35 rue Pasteur"
postcode = "05100"
city = "Briançon"
"""


@pytest.fixture
def rules(request: pytest.FixtureRequest, environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The association's own rules, written before the product is built."""
    file = environment / "hotline.toml"
    file.write_text(request.param, encoding="utf-8")
    monkeypatch.setenv("HOTLINE_CONFIG", str(file))
    return file


@pytest.mark.parametrize("rules", [COMPLETE], indirect=True)
def test_what_would_be_accepted_is_told_with_its_places(rules: Path, run: Type) -> None:
    done = run("missions", "check")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "ok   on-se-parle-lien : 5 places",
        "Le flux : https://hotline.example/missions.xml",
    ]


@pytest.mark.parametrize(
    "rules", [COMPLETE + '[missions]\ntitle = "Écoute"\ndescription = " "\n'], indirect=True
)
def test_each_refusal_is_said_and_the_command_fails(rules: Path, run: Type) -> None:
    done = run("missions", "check")
    assert done.exit_code == 1
    assert "on-se-parle-lien : le titre n'a qu'un mot : écrivez-en plusieurs" in done.stdout
    assert "on-se-parle-lien : la description manque" in done.stdout


@pytest.mark.parametrize(
    "rules", ['[association]\nname = ""\npostcode = "5100"\nrna = "123"\n'], indirect=True
)
def test_what_is_missing_of_the_association_is_said(rules: Path, run: Type) -> None:
    done = run("missions", "check")
    assert done.exit_code == 1
    for words in ("name manque", "address manque", "city manque", "cinq chiffres", "neuf chiffres"):
        assert words in done.stdout
