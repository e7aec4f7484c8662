"""What a volunteer tells of a call: one report for each call and volunteer, completed by what comes later."""

from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Callback, Report
from hotline.models.status import Mood, ReportSource

NEEDS = frozenset({"food", "shops", "medicines", "doctor"})


@dataclass(frozen=True)
class Told:
    """What was told, None where nothing was; `needs` are among NEEDS, `minutes` as they are remembered."""

    mood: Mood | None = None
    minutes: int | None = None
    talks_to_others: bool | None = None
    needs: frozenset[str] = frozenset()
    words: str | None = None
    next_date: date | None = None


def write(
    session: Session, callback: Callback, volunteer_id: int, told: Told, source: ReportSource, at: datetime
) -> Report:
    """Write a volunteer's report of a call; told again, what is new replaces what was told before."""
    report = of(session, callback, volunteer_id)
    if report is None:
        report = Report(callback_id=callback.id, volunteer_id=volunteer_id, source=source, at=at)
        session.add(report)
    for name, value in _values(told).items():
        setattr(report, name, value)
    session.flush()
    return report


def of(session: Session, callback: Callback, volunteer_id: int) -> Report | None:
    """Return what a volunteer has told of a call so far, None before the first word."""
    return session.scalar(
        select(Report).where(Report.callback_id == callback.id, Report.volunteer_id == volunteer_id).limit(1)
    )


def _values(told: Told) -> dict[str, object]:
    """Return the columns that this telling sets: what was not told stays as it is."""
    given = {field.name: getattr(told, field.name) for field in fields(told) if field.name != "needs"}
    needs = {f"needs_{need}": True for need in told.needs & NEEDS}
    return {name: value for name, value in given.items() if value is not None} | needs
