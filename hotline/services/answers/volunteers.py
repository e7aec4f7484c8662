"""A volunteer's text: what it asks is done, and one text answers it."""

from datetime import datetime

from sqlalchemy.orm import Session

from callflows import commands, texts
from callflows.commands import Kind
from hotline.models import Volunteer
from hotline.services import links
from hotline.services.answers import breaks, listeners, offers, reports
from hotline.services.answers.heard import Heard
from hotline.services.line import Line


def volunteer_says(
    session: Session,
    line: Line,
    volunteer: Volunteer,
    body: str,
    key: str,
    at: datetime,
    *,
    said_at: datetime | None = None,
) -> str:
    """Do what a volunteer's text asks and return the text that answers it; `key` names the text.

    It counts as said at `said_at`, where that was before `at`.
    """
    heard = Heard(session, line, volunteer, commands.parse(body), body, key, at, said_at or at)
    return _obeyed(heard) or _read_by_somebody(heard)


def _obeyed(heard: Heard) -> str | None:
    """The answer to a text that asks for something; None when a person has to read it."""
    match heard.command.kind:
        case Kind.YES | Kind.NO:
            return offers.answered(heard)
        case Kind.DONE:
            return _closed_as_listener(heard) or reports.done(heard)
        case Kind.ABSENT:
            return reports.absent(heard)
        case Kind.ALERT:
            return reports.alerted(heard)
        case Kind.PAUSE:
            return breaks.begun(heard)
        case Kind.BACK | Kind.RESUME:
            return breaks.ended(heard)
        case Kind.LINK:
            page = links.issue(heard.session, heard.line, heard.volunteer, heard.at)
            return texts.page(heard.words, page)
        case Kind.HELP:
            return texts.helped(heard.words, line=heard.line.number, link=heard.link())
    return None


def _closed_as_listener(heard: Heard) -> str | None:
    """FAIT after a call that they took on shift closes that matter, not one of their own."""
    if listeners.listened_last(heard) and listeners.matter_closed(
        heard.session, heard.volunteer.phone_id, heard.said_at
    ):
        return texts.listener_closed(heard.words)
    return None


def _read_by_somebody(heard: Heard) -> str:
    reports.mentioned(heard)
    heard.tell_coordinators("not_understood")
    return texts.not_understood(heard.words)
