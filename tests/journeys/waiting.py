"""Waiting as a person does: until something happens, not for a number of seconds."""

from hotline.cli.stage import TICK, Stage
from hotline.rehearsal.phones import Phone


def until_the_beep(town: Stage, phone: Phone, *, within: int = 60) -> None:
    """Let time pass by the second until somebody may speak after the beep; the clock ticks as ever."""
    for second in range(within):
        if phone.prompt == "record":
            return
        if second % TICK.seconds == 0:
            town.tick()
        town.exchange.advance(1)
    raise AssertionError(f"no beep within {within} seconds: {phone.heard}")
