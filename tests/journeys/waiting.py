"""Waiting as a person does: until something happens, not for a number of seconds."""

from hotline.cli.stage import Stage
from hotline.rehearsal.phones import Phone


def until_the_beep(town: Stage, phone: Phone, *, within: int = 60) -> None:
    """Let time pass until somebody may speak after the beep."""
    for _ in range(within):
        if phone.prompt == "record":
            return
        town.let(1)
    raise AssertionError(f"no beep within {within} seconds: {phone.heard}")
