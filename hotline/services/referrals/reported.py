"""A volunteer tells of a need: it is opened at once, and the coordinators see it."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from callflows import needs as words_of_need
from hotline.models import Assignment, Referral, Report, Volunteer
from hotline.models.status import Need
from hotline.services.line import Line
from hotline.services.referrals import alarms, needs

_TICKED: Final = {
    "needs_food": (Need.AIDE_ALIMENTAIRE, "de quoi manger"),
    "needs_shops": (Need.SOLIDARITE_PROXIMITE, "les courses"),
    "needs_medicines": (Need.SOLIDARITE_PROXIMITE, "les médicaments"),
    "needs_doctor": (Need.AUTRE, "un médecin"),
}


def told(session: Session, line: Line, assignment: Assignment, report: Report, at: datetime) -> None:
    """Open a need for each kind that a report ticks or tells of; once, however often it is told."""
    volunteer = session.get_one(Volunteer, report.volunteer_id)
    before = set(session.scalars(select(Referral.need).where(Referral.report_id == report.id)))
    needed = _ticked(report) | _between_the_lines(line, report.words or "")
    for need, words in needed.items():
        if need not in before:
            referral = _opened(session, line, assignment, need, words, volunteer, at, report.id)
            if referral.report_id == report.id:
                alarms.raise_for(session, referral, alarms.REPORTED, at, detail=words)


def alerted(
    session: Session, line: Line, assignment: Assignment, volunteer: Volunteer, words: str, at: datetime
) -> None:
    """Open a need for each kind of which words tell that coordinators read anyway."""
    for need in _between_the_lines(line, words):
        _opened(session, line, assignment, need, words, volunteer, at, None)


def _opened(
    session: Session,
    line: Line,
    assignment: Assignment,
    need: Need,
    words: str,
    volunteer: Volunteer,
    at: datetime,
    report_id: int | None,
) -> Referral:
    return needs.opened(
        session,
        line,
        caller_id=assignment.caller_id,
        need=need,
        words=words,
        author=volunteer.first_name,
        at=at,
        request_id=assignment.request_id,
        report_id=report_id,
    )


def _ticked(report: Report) -> dict[Need, str]:
    ticked: dict[Need, list[str]] = {}
    for name, (need, what) in _TICKED.items():
        if getattr(report, name):
            ticked.setdefault(need, []).append(what)
    return {need: ", ".join(names) for need, names in ticked.items()}


def _between_the_lines(line: Line, words: str) -> dict[Need, str]:
    return {Need(hit.need): words for hit in words_of_need.found(words, line.needs)}
