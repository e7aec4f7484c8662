"""Whatever is typed after a command: it is done, or refused in a sentence, never with a traceback."""

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from hotline.bootstrap import Hotline
from hotline.cli import main
from tests.databases import on_sqlite
from tests.hostile import odd
from tests.past import lived

LEFT_OUT = {
    *("serve", "rehearse", "backup", "restore", "db", "demo-data", "check", "provision", "sweep", "keys"),
    *("fallback-document", "tick"),
}
"""What runs for long, asks the carrier, or takes nothing that somebody types."""
TYPED = (
    "",
    "1",
    "0",
    "-1",
    odd.HUGE,
    "9" * 4999,
    "²",
    "\udce9t\udce9.csv",
    "2026-11-24",
    "0001-01-01",
    "é" * 999,
)


@on_sqlite
@pytest.mark.parametrize("typed", TYPED, ids=range(len(TYPED)))
def test_no_word_after_a_command_meets_a_fault(hotline: Hotline, typed: str) -> None:
    lived(hotline)
    for words, parameters in _commands(main, click.Context(main)):
        for parameter in parameters:
            others = [one for one in parameters if isinstance(one, click.Argument) and one is not parameter]
            line = [*words, *_given(parameter, typed), *(word for one in others for word in _given(one, "1"))]
            told = CliRunner().invoke(main, line, prog_name="hotline", obj=hotline, catch_exceptions=False)
            assert told.exit_code in {0, 1, 2}, line
            assert told.output.strip() or told.exit_code == 0, line


def _commands(
    group: click.Command, context: click.Context, so_far: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], list[click.Parameter]]]:
    """Every command that takes words, by what one types to reach it."""
    if not isinstance(group, click.Group):
        yield so_far, [one for one in group.params if not getattr(one, "is_flag", False)]
        return
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is not None and name not in LEFT_OUT:
            yield from _commands(command, context, (*so_far, name))


def _given(parameter: click.Parameter, typed: str) -> list[str]:
    return [typed] if isinstance(parameter, click.Argument) else [parameter.opts[-1], typed]
