"""Compares the carrier's log with ours, a day at a time, and brings home what never came.

Pages are read outside of any transaction; each call, text and message comes home in one of its own.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Final, TypeVar

import structlog
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.db.outage import unreachable
from hotline.models import Sweep
from hotline.services.sweeping import home, keeping, sums, unknown
from hotline.services.sweeping.keeping import Claimed
from hotline.telephony.base import CarrierCall, CarrierRecording, CarrierText, TelephonyError

BUDGET: Final = 20.0
"""Seconds after which one run leaves the rest to the next: `tick` has other things to do."""
_BETWEEN_DAYS: Final = 0.1
_TOO_MANY: Final = 20429
_ASKED: Final = 3
_LONGEST_PAUSE: Final = 5.0
_AT_ONCE: Final = 500

Entry = TypeVar("Entry")
Events = list[CarrierCall | CarrierText]

log = structlog.get_logger()


def sweep(hotline: Hotline) -> str:
    """Carry on with the sweep that is due, for some seconds; a carrier that is away is asked again later."""
    at = hotline.clock.now()
    claimed = hotline.database.run(lambda session: keeping.claim(session, at))
    if claimed is None:
        return ""
    try:
        done = carry_on(hotline, claimed, time.monotonic() + BUDGET)
    except TelephonyError:
        return ""
    return f"rattrapage : {sums.missed(done)}" if done is not None and sums.missed(done) else ""


def carry_on(hotline: Hotline, claimed: Claimed, until: float) -> Sweep | None:
    """Sweep until it is complete and return it, None when that takes longer than `until`.

    Raises TelephonyError when the carrier cannot be asked; the clock then goes on where it was.
    """
    try:
        over = _read_days(hotline, claimed, until)
    except TelephonyError as error:
        says, retry_after = str(error), error.retry_after
        log.warning("sweep_interrupted", sweep=claimed.sweep_id, code=error.code, says=says)
        _run(hotline, lambda session: keeping.stumbled(session, claimed, says, retry_after, _now(hotline)))
        raise
    if not over:
        _run(hotline, lambda session: keeping.leave(session, claimed, _now(hotline)))
        return None
    done = _run(hotline, lambda session: keeping.finished(session, claimed, _now(hotline)))
    log.info("swept", sweep=done.id, calls=done.calls, voicemails=done.voicemails, messages=done.messages)
    return done


def is_behind(hotline: Hotline) -> bool:
    """Tell whether people may have spoken of whom we have not heard yet."""
    with hotline.database.read() as session:
        return keeping.is_behind(session, hotline.clock.now())


def _read_days(hotline: Hotline, claimed: Claimed, until: float) -> bool:
    """Bring home what is missing, the oldest day first; False when time is up."""
    day, last = claimed.day, claimed.until.astimezone(UTC).date()
    while day <= last:
        if day > claimed.day:
            time.sleep(_BETWEEN_DAYS)
        if not _read_day(hotline, claimed, day, until):
            return False
        _day_read(hotline, claimed, day)
        day += timedelta(days=1)
    return True


def _day_read(hotline: Hotline, claimed: Claimed, day: date) -> None:
    _run(hotline, lambda session: keeping.day_read(session, hotline.line, claimed, day, _now(hotline)))


def _read_day(hotline: Hotline, claimed: Claimed, day: date, until: float) -> bool:
    """Bring home one day in the order in which it happened, then the messages left in its calls."""
    for event in _events(hotline, claimed, day):
        if time.monotonic() > until:
            return False
        _bring_event(hotline, claimed, event)
    for recording in _politely(lambda: list(_recordings(hotline, claimed, day))):
        if time.monotonic() > until:
            return False
        _bring_recording(hotline, claimed, recording)
    return True


def _events(hotline: Hotline, claimed: Claimed, day: date) -> Events:
    """Return the calls and texts of a day of which we know nothing, in their order."""

    def moment(event: CarrierCall | CarrierText) -> datetime:
        return event.created_at if isinstance(event, CarrierText) else event.started_at or claimed.until

    texts = _politely(lambda: list(_texts(hotline, claimed, day)))
    calls = _politely(lambda: list(_calls(hotline, claimed, day)))
    return sorted([*texts, *calls], key=moment)


def _calls(hotline: Hotline, claimed: Claimed, day: date) -> Iterator[CarrierCall]:
    for number in unknown.numbers(hotline.line):
        for part in _in_parts(hotline.carrier.calls_on(day, number)):
            with hotline.database.read() as session:
                yield from unknown.calls(session, hotline.line, part, claimed.since)


def _texts(hotline: Hotline, claimed: Claimed, day: date) -> Iterator[CarrierText]:
    for part in _in_parts(hotline.carrier.texts_on(day)):
        with hotline.database.read() as session:
            yield from unknown.texts(session, hotline.line, part, claimed.since)


def _recordings(hotline: Hotline, claimed: Claimed, day: date) -> Iterator[CarrierRecording]:
    for part in _in_parts(hotline.carrier.recordings_on(day)):
        with hotline.database.read() as session:
            yield from unknown.recordings(session, part, claimed.since)


def _in_parts(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Give the entries of a list a few hundred at a time: no more of it is ever held."""
    rest = iter(entries)
    while part := list(islice(rest, _AT_ONCE)):
        yield part


def _politely(ask: Callable[[], list[Entry]]) -> list[Entry]:
    """Return what the carrier answers, after the pause that it wants when it is asked too much."""
    for _ in range(_ASKED - 1):
        try:
            return ask()
        except TelephonyError as error:
            pause = 1.0 if error.retry_after is None else error.retry_after
            if error.code != _TOO_MANY or pause > _LONGEST_PAUSE:
                raise
            time.sleep(pause)
    return ask()


def _bring_event(hotline: Hotline, claimed: Claimed, event: CarrierCall | CarrierText) -> None:
    line, at = hotline.line, _now(hotline)
    _alone(
        hotline,
        claimed,
        event.sid,
        lambda session: home.bring(session, line, claimed.sweep_id, event, at),
    )


def _bring_recording(hotline: Hotline, claimed: Claimed, recording: CarrierRecording) -> None:
    """Bring a message home, and first its call, should the log of calls not have had it."""
    line, at, sid = hotline.line, _now(hotline), claimed.sweep_id

    def bring(session: Session) -> bool:
        return home.recording(session, line, sid, recording, at)

    if _alone(hotline, claimed, recording.sid, bring) is not False:
        return
    call = hotline.carrier.call(recording.call_sid)
    if call is None or call.parent_sid is not None or call.to not in line.ours:
        log.warning("recording_of_unknown_call", call=recording.call_sid, recording=recording.sid)
        return

    def bring_both(session: Session) -> None:
        home.bring(session, line, sid, call, at)
        bring(session)

    _alone(hotline, claimed, recording.sid, bring_both)


def _alone(hotline: Hotline, claimed: Claimed, entry: str, work: Callable[[Session], Entry]) -> Entry | None:
    """Do the work for one entry of the log; one that breaks is counted and stops no other."""

    def held(session: Session) -> Entry:
        keeping.hold(session, claimed, _now(hotline))
        return work(session)

    began = time.monotonic()
    try:
        done = _run(hotline, held)
    except Exception as error:
        if unreachable(error):
            raise
        log.exception("not_brought_home", entry=entry)
        _run(hotline, lambda session: sums.add(session, claimed.sweep_id, "broken"))
        return None
    _let_others_write(hotline, time.monotonic() - began)
    return done


def _let_others_write(hotline: Hotline, seconds: float) -> None:
    """Leave SQLite's only pen on the table, half as long as an entry took: the web may need it for a call."""
    if hotline.database.is_sqlite:
        time.sleep(seconds / 2)


def _run(hotline: Hotline, work: Callable[[Session], Entry]) -> Entry:
    return hotline.database.run(work)


def _now(hotline: Hotline) -> datetime:
    return hotline.clock.now()
