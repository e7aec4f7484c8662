"""Click in French: help pages, parameter types and what is said about a command that was typed wrong."""

import sys
from collections.abc import Mapping
from datetime import datetime
from difflib import get_close_matches
from importlib import import_module
from typing import Any, NamedTuple

import click

_OUR_AGE = range(1900, 2200)


class Lazy(NamedTuple):
    """A command known by its help line, imported ("module:name") when it is used."""

    target: str
    help: str


class _French(click.Command):
    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write how the command is typed."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix="Utilisation : ")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return `--help`."""
        option = super().get_help_option(ctx)
        if option:
            option.help = "Affiche cette aide."
        return option


class Command(_French):
    """A command whose help page is French."""


class Group(_French, click.Group):
    """A group of commands whose help page is French."""

    command_class = Command

    def __init__(self, name: str | None = None, lazy: Mapping[str, Lazy] | None = None, **more: Any) -> None:
        super().__init__(name, **{"subcommand_metavar": "COMMANDE [ARGUMENTS]...", **more})
        self._lazy = lazy or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which they were declared."""
        return [*self._lazy, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, imported now if it has to be."""
        if cmd_name in self._lazy:
            module, _, name = self._lazy[cmd_name].target.partition(":")
            return getattr(import_module(module), name)  # type: ignore[no-any-return]
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one line for each command, without importing any."""
        with formatter.section("Commandes"):
            formatter.write_dl([(name, self._line_of(ctx, name)) for name in self.list_commands(ctx)])

    def _line_of(self, ctx: click.Context, name: str) -> str:
        if name in self._lazy:
            return self._lazy[name].help
        command = super().get_command(ctx, name)
        return command.get_short_help_str(limit=200) if command else ""


class Main(Group):
    """The whole command line: what a person can mend is a sentence on stderr, never a traceback."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command and leave with its exit status."""
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")
        extra["standalone_mode"] = False
        try:
            status = super().main(*args, **extra)
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            status = error.exit_code
        except click.ClickException as error:
            status = _tell(typed_wrong(error), error.exit_code)
        except click.Abort:
            status = _tell("interrompu.", 130)
        except Exception as error:
            from hotline.cli import failures  # noqa: PLC0415 - only a failure pays for the libraries that it names

            sentence = failures.sentence(error)
            if sentence is None:
                raise
            status = _tell(sentence, 1)
        sys.exit(status if isinstance(status, int) else 0)


class OneOf(click.Choice[str]):
    """One of a few words."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:  # noqa: ARG002
        """Name the words that are known."""
        return f"« {value} » n'est pas connu ; au choix : {', '.join(map(str, self.choices))}"


class Moment(click.ParamType[datetime]):
    """A date or a moment in ISO 8601; without an offset it is on the line's own clock (left naive here)."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read the moment."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or moment.year not in _OUR_AGE:
            self.fail(f"« {value} » n'est pas un moment comme 2026-12-31 ou 2026-12-31T14:30", param, ctx)
        return moment


class Whole(click.ParamType[int]):
    """The number of something, as a list shows it."""

    name = "numéro"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read the number."""
        text = str(value)
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            self.fail(f"« {text[:20]} » n'est pas un numéro de la liste", param, ctx)
        return int(text)


def typed_wrong(error: click.ClickException) -> str:
    """Return a sentence about a command that click could not read."""
    match error:
        case click.NoSuchOption():
            sentence = f"l'option « {error.option_name} » n'existe pas{_perhaps(error.possibilities)}"
        case click.exceptions.NoSuchCommand():
            sentence = f"la commande « {error.command_name} » n'existe pas{_perhaps(_alike(error))}"
        case click.MissingParameter():
            sentence = f"il manque {_name(error)}"
        case click.BadParameter():
            sentence = f"{_name(error)} : {error.message}"
        case click.BadOptionUsage():
            sentence = f"l'option « {error.option_name} » est mal employée : avec ou sans valeur ?"
        case click.UsageError():
            sentence = f"il y a un mot de trop ou de trop peu ({error.message})"
        case _:
            sentence = error.format_message()
    path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "hotline"
    return f"{sentence}. Voir « {path} --help »."


def _name(error: click.BadParameter) -> str:
    if isinstance(error.param, click.Option):
        return f"l'option {error.param.opts[0]}"
    return str(error.param.human_readable_name) if error.param else "une valeur"


def _alike(error: click.exceptions.NoSuchCommand) -> list[str]:
    """Return the commands with a name like the one that was typed, those not imported yet included."""
    if error.ctx is None or not isinstance(error.ctx.command, click.Group):
        return []
    return get_close_matches(error.command_name, error.ctx.command.list_commands(error.ctx))


def _perhaps(possibilities: list[str] | None) -> str:
    return f" (peut-être : {', '.join(possibilities)} ?)" if possibilities else ""


def _tell(sentence: str, status: int) -> int:
    click.echo(f"Erreur : {sentence}", err=True)
    return status
