"""What `hotline check` and the desk look at, one concern a function; no secret, no whole number is said."""

from collections.abc import Iterator

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.checks.carrier import carrier, countries, fallback
from hotline.checks.finding import Finding, told
from hotline.checks.machine import clock, database, hours, keys, settings, store, transcription
from hotline.checks.mails import mailbox, smtp
from hotline.checks.upkeep import alarms, backup, spool, sweep
from hotline.errors import HotlineError
from hotline.settings import SettingsError

__all__ = [
    "Finding",
    "alarms",
    "all_of",
    "backup",
    "countries",
    "fallback",
    "keys",
    "mailbox",
    "smtp",
    "unbuilt",
]


def unbuilt() -> tuple[Hotline | None, list[Finding]]:
    """Return the product, or all that keeps it from being put together."""
    try:
        return bootstrap.build(), []
    except SettingsError as error:
        return None, [Finding("settings", ok=False, says=fault) for fault in error.faults]
    except HotlineError as error:
        return None, [Finding("settings", ok=False, says=str(error))]


def all_of(hotline: Hotline) -> Iterator[Finding]:
    """Look at everything, in the order in which it would be mended."""
    with told("check") as faults:
        yield from _all(hotline)
    yield from faults


def _all(hotline: Hotline) -> Iterator[Finding]:
    missing = hotline.settings.missing_for_calls()
    yield from settings(hotline, missing)
    prepared = False
    for finding in database(hotline):
        prepared = finding.ok
        yield finding
    yield from keys(hotline, prepared=prepared)
    yield from hours(hotline)
    if prepared:
        yield from clock(hotline)
    if not missing:
        yield from carrier(hotline)
        yield from countries(hotline)
        yield from fallback(hotline)
    yield from store(hotline)
    yield from mailbox(hotline)
    yield from smtp(hotline)
    if prepared:
        for look in (alarms, sweep, backup):
            yield from look(hotline)
    yield from spool(hotline)
    yield from transcription(hotline)
