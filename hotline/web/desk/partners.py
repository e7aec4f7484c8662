"""Partner structures: the list, a file, written down and changed by hand, archived."""

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hotline.models import Partner
from hotline.models.status import Need
from hotline.services.desk import partnership, referred
from hotline.services.desk.rights import Right
from hotline.services.referrals import partners as service
from hotline.web.desk.fields import whole
from hotline.web.desk.partner_form import PartnerForm
from hotline.web.desk.room import Visit, done, page, reading, refused, writing
from hotline.web.desk.spans import weekly

_LONGEST = 80


@page("/partners", Right.REFERRALS)
def partners() -> str:
    """Show the partners by name: what they take, where, and whether they answer."""
    name, after = request.args.get("q", "").strip()[:_LONGEST], whole(request.args.get("after", "")) or 0
    need = next((one for one in Need if one.value == request.args.get("need")), None)
    archived = request.args.get("state") == "archived"

    def see(visit: Visit) -> str:
        return render_template(
            "desk/partners.html",
            part=partnership.listed(visit.session, name, need, archived=archived, after=after),
            name=name,
            need=need,
            archived=archived,
            after=after,
            needs=partnership.TAKEN_BY_PARTNERS,
            needs_of=partnership.needs_of,
        )

    return reading(see)


@page("/partners/<int:partner_id>", Right.REFERRALS)
def partner(partner_id: int) -> str:
    """Show one partner and the needs that it was asked to take."""

    def see(visit: Visit) -> str:
        one = _found(visit, partner_id)
        return render_template(
            "desk/partner.html",
            partner=one,
            needs=partnership.needs_of(one),
            record=partnership.record(visit.session, one),
            rows=referred.of_partner(visit.session, one.id),
            open_now=service.open_now(visit.line, one, visit.at),
            hours=weekly(visit.line, one.hours, visit.line.day(visit.at)),
            at=visit.at,
        )

    return reading(see)


@page("/partners/new", Right.REFERRALS)
def new_partner() -> str:
    """Show the form for a new partner."""
    return reading(lambda visit: _form_page(PartnerForm(None, line=visit.line), None))


@page("/partners/new", Right.REFERRALS, methods=("POST",))
def add_partner() -> Response | tuple[str, int]:
    """Write a partner down."""

    def add(visit: Visit) -> Response | tuple[str, int]:
        form = PartnerForm(request.form, line=visit.line)
        if not form.validate():
            return _form_page(form, None), 422
        added = partnership.add(visit.session, form.profile, visit.at)
        visit.note("partner.add", f"partner:{added.id}")
        return done(_("Le partenaire est enregistré."), url_for("desk.partner", partner_id=added.id))

    return writing(add)


@page("/partners/<int:partner_id>/edit", Right.REFERRALS)
def edit_partner(partner_id: int) -> str:
    """Show what is kept about a partner, to change it."""

    def see(visit: Visit) -> str:
        one = _found(visit, partner_id)
        return _form_page(PartnerForm(None, line=visit.line, known=one), one)

    return reading(see)


@page("/partners/<int:partner_id>/edit", Right.REFERRALS, methods=("POST",))
def change_partner(partner_id: int) -> Response | tuple[str, int]:
    """Keep what has changed about a partner."""

    def change(visit: Visit) -> Response | tuple[str, int]:
        one = _found(visit, partner_id)
        form = PartnerForm(request.form, line=visit.line, known=one)
        if not form.validate():
            return _form_page(form, one), 422
        partnership.change(visit.session, one, form.profile)
        visit.note("partner.change", f"partner:{partner_id}")
        return done(_("C’est enregistré."), url_for("desk.partner", partner_id=partner_id))

    return writing(change)


@page("/partners/<int:partner_id>/archive", Right.REFERRALS, methods=("POST",))
def archive_partner(partner_id: int) -> Response:
    """Propose a partner no more; what was passed on to it goes on."""

    def archive(visit: Visit) -> bool:
        archived = partnership.archive(_found(visit, partner_id), visit.at)
        visit.note("partner.archive", f"partner:{partner_id}")
        return archived

    to = url_for("desk.partner", partner_id=partner_id)
    if not writing(archive):
        return refused(_("Ce partenaire est déjà archivé."), to)
    undo = url_for("desk.restore_partner", partner_id=partner_id)
    return done(_("Ce partenaire n’est plus proposé."), to, undo=undo)


@page("/partners/<int:partner_id>/restore", Right.REFERRALS, methods=("POST",))
def restore_partner(partner_id: int) -> Response:
    """Propose an archived partner again."""

    def restore(visit: Visit) -> None:
        partnership.restore(_found(visit, partner_id))
        visit.note("partner.restore", f"partner:{partner_id}")

    writing(restore)
    return done(_("Ce partenaire est de nouveau proposé."), url_for("desk.partner", partner_id=partner_id))


def _found(visit: Visit, partner_id: int) -> Partner:
    found = visit.session.get(Partner, partner_id)
    if found is None:
        abort(404)
    return found


def _form_page(form: PartnerForm, known: Partner | None) -> str:
    return render_template("desk/partner_form.html", form=form, known=known)
