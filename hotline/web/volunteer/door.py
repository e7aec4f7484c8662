"""The door: a link shows nothing and changes nothing until somebody presses its button."""

from flask import render_template
from werkzeug import Response

from hotline.services import links
from hotline.web.product import product
from hotline.web.volunteer.room import LinkOver, holder, let_in, let_out, onward, pages


@pages.get("/<token>")
def door(token: str) -> Response | str:
    """Show the same bare door for every link, good or bad; whoever is in already goes straight on."""
    hotline = product()
    at = hotline.clock.now()
    with hotline.database.read() as session:
        inside = holder(session, at)
        link = links.find(session, token, at) if inside is not None else None
    if inside is not None and (link is None or link.volunteer_id == inside):
        return onward("volunteer.today")
    return render_template("volunteer/door.html")


@pages.post("/<token>")
def enter(token: str) -> Response:
    """Open the page to whoever pressed the button behind a link that works."""
    hotline = product()
    with hotline.database.read() as session:
        link = links.find(session, token, hotline.clock.now())
    if link is None:
        raise LinkOver
    let_in(link.id)
    return onward("volunteer.today")


@pages.get("/dehors")
def outside() -> str:
    """Say goodbye."""
    return render_template("volunteer/goodbye.html")


@pages.post("/fermer")
def leave() -> Response:
    """Close the page on this telephone; the link opens it again."""
    let_out()
    return onward("volunteer.outside")
