"""What the clock does for calls that come back: absences, rows ahead, the watch over each, monthly thanks."""

from datetime import date, datetime

import structlog

from hotline.bootstrap import Hotline
from hotline.services import absences, assignments, ladders, planning, recaps

AT_ONCE = 100

log = structlog.get_logger()


def turn_absences(hotline: Hotline) -> str:
    """Begin and end the absences whose day has come."""
    at = hotline.clock.now()
    turned = hotline.database.run(lambda session: absences.turn(session, hotline.line, at, AT_ONCE))
    return f"{turned} absences commencées ou finies" if turned else ""


def plan_ahead(hotline: Hotline) -> str:
    """Plan the calls of the coming weeks; end what has had its last day, take up what paused until now."""
    at, line = hotline.clock.now(), hotline.line
    ended = hotline.database.run(lambda session: assignments.conclude(session, line, at, AT_ONCE))
    resumed = hotline.database.run(lambda session: assignments.resume_due(session, line, at, AT_ONCE))
    planned = hotline.database.run(lambda session: planning.extend(session, line, at, AT_ONCE))
    said = (
        f"{planned} rappels prévus" if planned else "",
        f"{ended} attributions finies" if ended else "",
        f"{resumed} attributions reprises" if resumed else "",
    )
    return ", ".join(filter(None, said))


def watch(hotline: Hotline) -> str:
    """Take each step that is due for a call; one that cannot be taken keeps no other from being taken."""
    with hotline.database.read() as session:
        due = ladders.due(session, hotline.clock.now(), AT_ONCE)
    taken, faults = 0, []
    for callback_id in due:
        try:
            taken += bool(_step(hotline, callback_id))
        except Exception as error:
            log.exception("callback_not_watched", callback=callback_id)
            faults.append(error)
    if faults:
        raise faults[0]
    return f"{taken} rappels suivis" if taken else ""


def recap(hotline: Hotline) -> str:
    """Write each volunteer, once a month, what they gave in the last one."""
    at, line = hotline.clock.now(), hotline.line
    with hotline.database.read() as session:
        month = recaps.month_to_tell(session, line, at)
        to_tell = recaps.to_tell(session, line, month) if month else []
    if month is None:
        return ""
    written = sum(_recap(hotline, volunteer_id, month, at) for volunteer_id in to_tell)
    hotline.database.run(lambda session: recaps.month_told(session, line, month, at))
    return f"{written} bilans du mois écrits" if written else ""


def _step(hotline: Hotline, callback_id: int) -> str:
    at = hotline.clock.now()
    return hotline.database.run(lambda session: ladders.act(session, hotline.line, callback_id, at))


def _recap(hotline: Hotline, volunteer_id: int, month: date, at: datetime) -> bool:
    return hotline.database.run(lambda session: recaps.tell(session, hotline.line, volunteer_id, month, at))
