"""The clock looks at the whole line twice a minute, and somebody is told of what is wrong."""

from collections import defaultdict

from sqlalchemy.orm import Session

from hotline import alarms
from hotline.bootstrap import Hotline
from hotline.services import faults, health, heartbeats
from hotline.services.health import Reason


def watch(hotline: Hotline) -> str:
    """Look at everything and tell what is new; that the clock stands still is for the web to say."""
    at = hotline.clock.now()
    with hotline.database.read() as session:
        reasons = health.report(session, hotline.line, at, faults=hotline.faults)
    says = _by_check(reasons)
    beats = says.pop(health.CLOCK, None) is None

    def note(session: Session) -> None:
        if beats:  # else soon again: a clock that is just back has not beaten yet
            heartbeats.note(session, faults.LOOKED, at)
        faults.seen(session, says, at, looked_at=health.CHECKS if beats else says)

    hotline.database.run(note)
    count = alarms.tell(hotline, says)
    return f"{count} alarmes ou fins d'alarme dites" if count else ""


def _by_check(reasons: list[Reason]) -> dict[str, list[str]]:
    said = defaultdict(list)
    for reason in reasons:
        if reason.alarming:
            said[reason.check].append(reason.says)
    return dict(said)
