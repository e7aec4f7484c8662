"""The audit log read back: who heard, revealed, exported or changed what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from hotline.models import AuditEntry, Coordinator

PAGE = 50


@dataclass(frozen=True)
class Filter:
    """Which entries are wished; empty fields wish nothing. `until` is excluded.

    A subject may be followed by what was changed: "caller:12" also wishes "caller:12 names, email".
    """

    actor: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Page:
    """Entries, newest first, and the id from which older ones follow."""

    entries: Sequence[AuditEntry]
    older: int | None


def page(session: Session, wished: Filter, *, before: int | None = None) -> Page:
    """Return one page of the entries that a filter lets through."""
    query = _filtered(wished).order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(PAGE + 1)
    anchor = session.get(AuditEntry, before) if before is not None else None
    if anchor is not None:
        older = (AuditEntry.at == anchor.at) & (AuditEntry.id < anchor.id)
        query = query.where(or_(AuditEntry.at < anchor.at, older))
    found = list(session.scalars(query))
    return Page(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)


def everything(session: Session, wished: Filter) -> Iterator[AuditEntry]:
    """Yield all entries that a filter lets through, oldest first, in portions."""
    query = _filtered(wished).order_by(AuditEntry.at, AuditEntry.id)
    yield from session.scalars(query.execution_options(yield_per=500))


def actors(session: Session) -> list[str]:
    """Return the addresses of everybody who could sign in, for the filter."""
    return sorted(session.scalars(select(Coordinator.email)))


def _filtered(wished: Filter) -> Select[AuditEntry]:
    query = select(AuditEntry)
    if wished.actor:
        query = query.where(AuditEntry.actor_index == wished.actor)
    if wished.action:
        query = query.where(AuditEntry.action == wished.action)
    if wished.subject:
        more = AuditEntry.subject.startswith(f"{wished.subject} ", autoescape=True)
        query = query.where(or_(AuditEntry.subject == wished.subject, more))
    if wished.since:
        query = query.where(AuditEntry.at >= wished.since)
    if wished.until:
        query = query.where(AuditEntry.at < wished.until)
    return query
