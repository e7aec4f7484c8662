"""Today: what waits, the oldest first, and how the line stands."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from hotline.models import Volunteer
from hotline.services import people, roster
from hotline.services.desk import team, waiting
from hotline.services.desk.rights import Right
from hotline.web.desk import live, menu
from hotline.web.desk.alert_words import said
from hotline.web.desk.room import Visit, allowed, is_fragment, page, reading


@dataclass(frozen=True)
class Standing:
    """How the line stands: open or not, until when, and who listens; names of volunteers only.

    `name` tells several lines apart.
    """

    name: str
    is_open: bool
    until: datetime | None
    listeners: list[str]
    unnamed: int

    @property
    def nobody(self) -> bool:
        """Tell whether no telephone rings in these hours."""
        return not self.listeners and not self.unnamed


@page("/", Right.ACCOUNT)
def today() -> ResponseReturnValue:
    """Show what waits, the oldest first; lead a role that has nothing here to its own first page."""
    if not allowed(Right.TODAY):
        return _elsewhere()
    lists = live.part("desk/today_lists.html", "today", said=said, **reading(_everything))
    if is_fragment():
        return live.answered(lists)
    return render_template("desk/today.html", lists=lists)


def _elsewhere() -> ResponseReturnValue:
    own = [entry.endpoint for entry in menu.shown(menu.MAIN + menu.MORE) if entry.endpoint != "desk.today"]
    if own:
        return redirect(url_for(own[0]), 303)
    return render_template("desk/not_yours.html"), 403


def _everything(visit: Visit) -> dict[str, Any]:
    session, line, at = visit.session, visit.line, visit.at
    found: dict[str, Any] = {
        "standings": [_standing(replace(visit, line=line)) for line in visit.line.each],
        "messages": waiting.messages(session, at),
        "mails": waiting.mails(session),
        "alarms": waiting.alarms(session),
        "texts": waiting.texts(session),
        "unsent": waiting.unsent(session),
        "nobodys": waiting.nobodys(session, line, at),
        "at": at,
    }
    if allowed(Right.REQUESTS):
        found["unassigned"] = waiting.unassigned(session, line, at)
        found["numberless"] = waiting.numberless(session)
        found["offers"] = waiting.offers(session)
        found["late"] = waiting.late_calls(session, at)
    if allowed(Right.REFERRALS):
        found["needs"] = waiting.needs(session)
    if allowed(Right.VOLUNTEERS):
        found["newcomers"] = team.newcomers(session)
        found["ready"] = team.waiting(session)
    found["quiet"] = not any(block.rows for block in found.values() if isinstance(block, waiting.Block))
    return found


def _standing(visit: Visit) -> Standing:
    hours, at = visit.line.hours, visit.at
    is_open = hours.is_open(at)
    changes = hours.first_closed(at) if is_open else hours.next_opening(at)
    moment = at if is_open else changes
    phones = roster.on_shift(visit.session, visit.line, moment) if moment else []
    known = [people.volunteer_at(visit.session, phone) for phone in phones[:10]]
    names = [volunteer.first_name for volunteer in known if isinstance(volunteer, Volunteer)]
    return Standing(visit.line.name, is_open, changes, names, len(phones) - len(names))
