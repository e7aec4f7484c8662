"""Who has a place at the desk: inviting colleagues, choosing their roles, taking places back."""

from collections.abc import Callable
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hotline.models import Coordinator
from hotline.models.status import Role
from hotline.services.desk import coordinators, invitations
from hotline.services.desk.coordinators import CannotChange
from hotline.services.desk.rights import Right
from hotline.web.desk.account_form import InviteForm
from hotline.web.desk.room import Visit, done, me, page, reading, refused, writing
from hotline.web.product import product


@page("/account/team", Right.TEAM)
def team() -> str:
    """Show everybody, and a form for somebody more."""
    return _shown(InviteForm())


@page("/account/team", Right.TEAM, methods=("POST",))
def invite_coordinator() -> ResponseReturnValue:
    """Give somebody a place, and show their one-time link this once."""
    form = InviteForm(request.form)
    if not form.validate():
        return _shown(form), 422

    def add(visit: Visit) -> tuple[Coordinator, str] | None:
        if coordinators.by_email(visit.session, str(form.email.data)) is not None:
            return None
        name, role = form.name.data or "", Role(form.role.data)
        added, _new = coordinators.add(visit.session, str(form.email.data), visit.at, name=name, role=role)
        visit.note("coordinator.add", f"coordinator:{added.id}")
        return added, invitations.issue(visit.session, added, visit.at)

    try:
        added = writing(add)
    except CannotChange as error:
        form.email.errors = [str(error)]
        return _shown(form), 422
    if added is None:
        form.email.errors = [_("Cette personne a déjà une place : donnez-lui un nouveau lien, plus bas.")]
        return _shown(form), 422
    return _with_link(*added)


@page("/account/team/<int:coordinator_id>/link", Right.TEAM, methods=("POST",))
def coordinator_link(coordinator_id: int) -> ResponseReturnValue:
    """Give a new one-time link: what opened the desk until now opens it no more."""

    def renew(visit: Visit) -> tuple[Coordinator, str]:
        known = _somebody_else(visit, coordinator_id)
        coordinators.close(visit.session, known, visit.at)
        visit.note("coordinator.reset", f"coordinator:{known.id}")
        return known, invitations.issue(visit.session, known, visit.at)

    try:
        return _with_link(*writing(renew))
    except CannotChange as error:
        return refused(str(error), url_for("desk.team"))


@page("/account/team/<int:coordinator_id>/role", Right.TEAM, methods=("POST",))
def coordinator_role(coordinator_id: int) -> ResponseReturnValue:
    """Give another role."""
    role = request.form.get("role", "")
    if role not in {one.value for one in Role}:
        abort(400)

    def change(visit: Visit) -> str:
        known = _somebody_else(visit, coordinator_id)
        if coordinators.change_role(visit.session, known, Role(role), visit.at):
            visit.note(f"coordinator.role.{role}", f"coordinator:{known.id}")
        return known.name or known.email

    return _changed(change, lambda who: _("Le rôle de %(who)s est changé.", who=who))


@page("/account/team/<int:coordinator_id>/remove", Right.TEAM, methods=("POST",))
def remove_coordinator(coordinator_id: int) -> ResponseReturnValue:
    """Take a place back."""

    def take(visit: Visit) -> str:
        known = _somebody_else(visit, coordinator_id)
        visit.note("coordinator.remove", f"coordinator:{known.id}")
        coordinators.remove(visit.session, known)
        return known.name or known.email

    return _changed(take, lambda who: _("%(who)s n’a plus de place au bureau.", who=who))


def _changed(work: Callable[[Visit], str], says: Callable[[str], str]) -> ResponseReturnValue:
    try:
        return done(says(writing(work)), url_for("desk.team"))
    except CannotChange as error:
        return refused(str(error), url_for("desk.team"))


def _somebody_else(visit: Visit, coordinator_id: int) -> Coordinator:
    """Nobody shuts themselves out by mistake: a colleague does it for them."""
    known = visit.session.get(Coordinator, coordinator_id)
    if known is None:
        abort(404)
    if known.id == me().id:
        raise CannotChange(_("C’est votre propre place : demandez à une autre personne de la coordination."))
    return known


def _with_link(invited: Coordinator, token: str) -> ResponseReturnValue:
    link = invitations.address(product().settings.public_url, f"/invitation/{token}")
    return render_template("desk/account_link.html", invited=invited, link=link)


def _shown(form: Any) -> str:
    everybody = reading(lambda visit: coordinators.everybody(visit.session))
    return render_template("desk/account_team.html", form=form, everybody=everybody, roles=list(Role))
