"""Assignments, list by list: late calls, regular ones, single ones, those in a pause, those that are over."""

from flask import render_template, request, url_for
from flask_babel import lazy_gettext as _l

from hotline.services.desk import places, relationships
from hotline.services.desk.relationships import Group
from hotline.services.desk.rights import Right
from hotline.web.desk.fields import whole
from hotline.web.desk.room import page, reading

TITLES = {
    Group.LATE: _l("Appels en retard"),
    Group.RECURRING: _l("Régulières"),
    Group.ONE_OFF: _l("Ponctuelles"),
    Group.PAUSED: _l("En pause"),
    Group.ENDED: _l("Terminées"),
}


@page("/assignments", Right.REQUESTS)
def assignments() -> str:
    """Show one list of assignments, all of them or one volunteer's."""
    wanted = request.args.get("group", "")
    group = next((one for one in Group if one.value == wanted), Group.RECURRING)
    after, volunteer_id = places.read(request.args.get("after")), whole(request.args.get("volunteer", ""))

    found = reading(lambda visit: relationships.listed(visit.session, group, visit.at, after, volunteer_id))
    here = url_for("desk.assignments", group=group.value, volunteer=volunteer_id)
    return render_template(
        "desk/assignments.html",
        group=group,
        titles=TITLES,
        found=found,
        volunteer=volunteer_id,
        first=here if after else "",
        following=f"{here}&after={found.following}" if found.following else "",
    )
