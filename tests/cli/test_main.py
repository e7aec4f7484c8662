"""The command line as a whole: help at once, faults in plain words."""

import subprocess
import sys
import time
from importlib import import_module

import pytest

from hotline.cli import COMMANDS
from tests.cli.conftest import Type
from tests.databases import on_sqlite


@on_sqlite
def test_help_lists_every_command_in_french(run: Type) -> None:
    shown = run("--help")

    assert shown.exit_code == 0
    assert "Utilisation : hotline" in shown.stdout
    assert "Affiche cette aide." in shown.stdout
    for name, lazy in COMMANDS.items():
        assert name in shown.stdout
        assert lazy.help.split()[0] in shown.stdout


def test_help_comes_without_loading_the_product() -> None:
    code = (
        "import sys; from hotline.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'sqlalchemy', 'alembic', 'twilio', 'rich', 'ortools', 'pydantic'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)"
    )
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert time.perf_counter() - started < 5


@on_sqlite
@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_there_under_its_name(name: str, run: Type) -> None:
    module, _, attribute = COMMANDS[name].target.partition(":")

    assert getattr(import_module(module), attribute).name == name
    assert run(name, "--help").exit_code == 0


@on_sqlite
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["chek"], "la commande « chek » n'existe pas (peut-être : check ?). Voir « hotline --help »."),
        (["check", "--jsn"], "l'option « --jsn » n'existe pas (peut-être : --json ?)"),
        (["volunteer", "import"], "il manque FICHIER. Voir « hotline volunteer import --help »."),
        (["volunteer", "add", "--phone", "1"], "il manque l'option --first-name"),
        (["export", "secrets"], "SORTE : « secrets » n'est pas connu ; au choix : callers, contacts"),
        (["round", "--at", "demain"], "l'option --at : « demain » n'est pas un moment"),
        (["tick", "tack"], "un mot de trop"),
        (["db", "downgrade", "-99"], "cette révision n'existe pas ici"),
        (["volunteer", "import", "nulle-part.csv"], "« nulle-part.csv » ne s'ouvre pas"),
    ],
)
def test_a_command_typed_wrong_is_told_on_stderr_with_a_non_zero_status(
    run: Type, words: list[str], says: str
) -> None:
    told = run(*words)

    assert told.exit_code != 0
    assert told.stdout == ""
    assert told.stderr.startswith("Erreur : ")
    assert says in told.stderr
    assert told.stderr.count("\n") == 1


@on_sqlite
def test_a_bare_command_shows_its_help(run: Type) -> None:
    shown = run("volunteer")

    assert shown.exit_code != 0
    assert "import" in shown.stderr


def test_a_database_without_tables_is_told_in_plain_words(run: Type) -> None:
    assert run("db", "downgrade", "base").exit_code == 0

    told = run("volunteer", "list")

    assert told.exit_code == 1
    assert "hotline db upgrade" in told.stderr
    assert run("db", "upgrade").exit_code == 0
    assert run("volunteer", "list").exit_code == 0
