"""Rings volunteers who tapped "Appeler": claimed first, rung outside of any transaction, never twice."""

import structlog

from hotline.bootstrap import Hotline
from hotline.services import taps
from hotline.services.taps import Doubt, ToRing
from hotline.telephony.base import TelephonyError
from hotline.telephony.overrides import OVERRIDES

RING_SECONDS = 30
AT_ONCE = 20

log = structlog.get_logger()


def ring_volunteers(hotline: Hotline) -> str:
    """Ring the telephones that volunteers asked for, one claim at a time."""
    count = 0
    while not hotline.stopping.is_set() and (
        wanted := hotline.database.run(lambda session: taps.claim(session, hotline.line, hotline.clock.now()))
    ):
        _ring(hotline, wanted)
        count += 1
    return f"{count} volontaires appelés sur leur téléphone" if count else ""


def resolve_doubts(hotline: Hotline) -> str:
    """Look up in the carrier's log the telephones that may or may not have rung."""
    with hotline.database.read() as session:
        doubts = taps.doubts(session, hotline.line, AT_ONCE)
    for doubt in doubts:
        _resolve(hotline, doubt)
    return f"{len(doubts)} sonneries douteuses vérifiées" if doubts else ""


def _resolve(hotline: Hotline, doubt: Doubt) -> None:
    try:
        found = hotline.carrier.calls_to(doubt.number, doubt.since)
    except TelephonyError as error:
        log.warning("doubt_remains", tap=doubt.tap_id, says=str(error))
        return
    at = hotline.clock.now()
    hotline.database.run(lambda session: taps.resolve(session, hotline.line, doubt, found, at))


def _ring(hotline: Hotline, wanted: ToRing) -> None:
    tap_id = wanted.tap_id
    try:
        placed = hotline.carrier.place_call(
            to=wanted.number,
            sender=wanted.shown,
            seconds=RING_SECONDS,
            on_answer=hotline.address(f"/voice/tap?tap={tap_id}{OVERRIDES}"),
            on_status=hotline.address(f"/voice/tap/status?tap={tap_id}{OVERRIDES}"),
            on_fault=hotline.address(f"/voice/fallback{OVERRIDES}"),
        )
    except TelephonyError as error:
        _not_placed(hotline, tap_id, error)
        return
    at = hotline.clock.now()
    hotline.database.run(lambda session: taps.placed(session, hotline.line, tap_id, placed.sid, at))


def _not_placed(hotline: Hotline, tap_id: int, error: TelephonyError) -> None:
    log.warning("call_not_placed", tap=tap_id, code=error.code, says=str(error))
    note = taps.doubtful if error.uncertain else taps.failed
    hotline.database.run(lambda session: note(session, tap_id, str(error)))
