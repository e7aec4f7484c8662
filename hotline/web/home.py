"""The first page: whether the line answers, in one look, without anybody's name."""

from flask import Blueprint, render_template
from sqlalchemy import func, select

from callflows import spoken
from hotline.models import Alert, Request, Voicemail
from hotline.models.status import RequestState, VoicemailState
from hotline.web.product import product

pages = Blueprint("home", __name__)


@pages.get("/")
def home() -> str:
    """Show the line's state and how much waits; counts only, since nobody has signed in."""
    hotline = product()
    at, line = hotline.clock.now(), hotline.line
    opening = line.hours.next_opening(at)
    with hotline.database.read() as session:
        waiting = session.scalar(
            select(func.count()).select_from(Request).where(Request.state == RequestState.WAITING)
        )
        unheard = session.scalar(
            select(func.count())
            .select_from(Voicemail)
            .where(Voicemail.state == VoicemailState.STORED, Voicemail.heard_at.is_(None))
        )
        alerts = session.scalar(select(func.count()).select_from(Alert).where(Alert.closed_at.is_(None)))
    return render_template(
        "home.html",
        number=spoken.written_number(line.number) if line.number else "",
        is_open=line.hours.is_open(at),
        opens=opening
        and spoken.next_opening(
            line.local(opening),
            line.local(at),
            skipped_day=line.hours.skipped_working_day(at, opening),
            language="fr",
        ),
        waiting=waiting,
        unheard=unheard,
        alerts=alerts,
        rehearsal=hotline.settings.rehearsal,
    )
