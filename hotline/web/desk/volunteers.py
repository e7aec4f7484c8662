"""The volunteers: who is in the team, how much each carries, who waits, when they are free."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from hotline.models import Volunteer
from hotline.models.status import VolunteerState
from hotline.services.desk import availability, team, team_figures
from hotline.services.desk.rights import Right
from hotline.services.desk.team import Wanted
from hotline.services.desk.team_figures import Acceptance, Figures
from hotline.web.desk import spans
from hotline.web.desk.room import Visit, page, pages, reading

_LONGEST_NAME = 80

pages.add_app_template_filter(spans.language_names, "languages")


@dataclass(frozen=True)
class Entry:
    """One row of the list."""

    volunteer: Volunteer
    figures: Figures
    hours: str
    sign: str


@page("/volunteers", Right.VOLUNTEERS)
def volunteers() -> str:
    """Show the volunteers who fit the filters, and how many wait for a mission."""
    return reading(_list)


@page("/volunteers/availability", Right.VOLUNTEERS)
def availability_grid() -> str:
    """Show how many volunteers are free in each part of the coming days."""

    def see(visit: Visit) -> str:
        return render_template(
            "desk/availability.html", week=availability.week(visit.session, visit.line, visit.at)
        )

    return reading(see)


def filters(visit: Visit, given: Any) -> Wanted:
    """Read the filters of an address or a form; what makes no sense is no filter."""
    state = given.get("state", "")
    wanted = Wanted(
        state=VolunteerState(state) if state in set(VolunteerState) else None,
        waiting=bool(given.get("waiting")),
        listener=bool(given.get("listener")),
        language=given.get("language", "")[:8],
        name=given.get("name", "")[:_LONGEST_NAME],
    )
    if not given.get("away"):
        return wanted
    return replace(wanted, only=team_figures.away_now(visit.session, visit.line, visit.at))


def _list(visit: Visit) -> str:
    session, wanted = visit.session, filters(visit, request.args)
    found = team.page(session, wanted, request.args.get("after", type=int))
    query: dict[str, Any] = {key: value for key, value in request.args.items() if key != "after" and value}
    return render_template(
        "desk/volunteers.html",
        entries=_entries(visit, found.volunteers),
        count=found.count,
        filtered=bool(query),
        query=query,
        first=url_for("desk.volunteers", **query) if request.args.get("after") else "",
        next=url_for("desk.volunteers", **query, after=found.next) if found.next else "",
        waiting=team.waiting(session),
        pending=team.pending(session),
        languages=[(code, spans.language_name(code)) for code in team.languages(session)],
        states=list(VolunteerState),
    )


def _entries(visit: Visit, shown: Sequence[Volunteer]) -> list[Entry]:
    figures = team_figures.of(visit.session, visit.line, [one.id for one in shown], visit.at)
    return [
        Entry(
            one,
            figures[one.id],
            spans.weekly(visit.line, one.available, visit.line.day(visit.at)),
            early_sign(figures[one.id].acceptance),
        )
        for one in shown
    ]


def early_sign(acceptance: Acceptance) -> str:
    """Say gently that somebody may be dropping out; nothing without a reason."""
    if acceptance.silent:
        return str(_("ne répond plus aux propositions"))
    return _("répond de plus en plus tard") if acceptance.slower else ""
