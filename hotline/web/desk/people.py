"""People: who made contact last, and whoever is looked for."""

from flask import render_template, request, url_for

from hotline.services.desk import boundaries, files, search, spoken_words
from hotline.services.desk.rights import Right
from hotline.web.desk.people_words import ADVICE
from hotline.web.desk.person import hidden
from hotline.web.desk.room import Visit, is_fragment, page, reading

_LONGEST = 80


@page("/people", Right.PEOPLE)
def people() -> str:
    """List people, the last contact first, or those who match what was typed."""
    typed = request.args.get("q", "").strip()[:_LONGEST]
    only, after = request.args.get("only", ""), request.args.get("after")

    def see(visit: Visit) -> str:
        if only == "numberless":
            found = search.without_number(visit.session, after)
        elif typed:
            found = search.find(visit.session, typed, after)
        else:
            found = search.recent(visit.session, after)
        q, kept = typed or None, only or None
        return render_template(
            "desk/people_found.html" if is_fragment() else "desk/people.html",
            rows=files.rows(visit.session, found.people, visit.at),
            advice=found.advice and ADVICE[found.advice],
            typed=typed,
            only=only,
            first=url_for("desk.people", q=q, only=kept) if after else "",
            following=url_for("desk.people", q=q, only=kept, after=found.after) if found.after else "",
        )

    return reading(see)


@page("/people/words", Right.PEOPLE)
def people_words() -> str:
    """List where some words stand in texts, mails, notes, reports and transcripts of the last 90 days."""
    typed = request.args.get("q", "").strip()[:_LONGEST]

    def see(visit: Visit) -> str:
        heard = spoken_words.look_for(visit.session, typed, visit.at, hidden=hidden())
        owners = search.by_ids(visit.session, {hit.caller_id for hit in heard.hits})
        return render_template("desk/people_words.html", typed=typed, heard=heard, owners=owners)

    return reading(see)


@page("/people/boundaries", Right.PEOPLE)
def people_boundaries() -> str:
    """List for whom the line does not ring, and until when."""
    return reading(
        lambda visit: render_template(
            "desk/people_boundaries.html", listed=boundaries.listed(visit.session, visit.at)
        )
    )
