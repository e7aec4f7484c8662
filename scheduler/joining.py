"""What the clock does for the team: registrations are forgotten, whoever waits hears from us."""

from datetime import datetime

from hotline.bootstrap import Hotline
from hotline.services import joining, waiting_words


def forget_registrations(hotline: Hotline) -> str:
    """Forget what people typed at `/benevole` once its hour is over."""
    at = hotline.clock.now()
    count = hotline.database.run(lambda session: joining.forget(session, at))
    return f"{count} inscriptions oubliées" if count else ""


def write_to_waiting(hotline: Hotline) -> str:
    """Write, once a month, to each volunteer for whom nobody waits yet."""
    at, line = hotline.clock.now(), hotline.line
    with hotline.database.read() as session:
        may = waiting_words.may_write(session, line, at)
        to_write = waiting_words.to_write(session, line, at) if may else []
    if not may:
        return ""
    written = sum(_write(hotline, volunteer_id, at) for volunteer_id in to_write)
    hotline.database.run(lambda session: waiting_words.all_written(session, line, at))
    return f"{written} mots à qui attend une mission" if written else ""


def _write(hotline: Hotline, volunteer_id: int, at: datetime) -> bool:
    return hotline.database.run(lambda session: waiting_words.write(session, hotline.line, volunteer_id, at))
