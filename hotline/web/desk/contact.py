"""A contact typed in by hand, in ten seconds, by keyboard alone."""

from collections.abc import Sequence

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hotline.models import Caller, Contact
from hotline.services.desk import contacts_by_hand, files, search
from hotline.services.desk.contacts_by_hand import Noted
from hotline.services.desk.refusals import Refused, Why
from hotline.services.desk.rights import Right
from hotline.services.referrals import suggested
from hotline.web.desk.contact_form import LETTERS, ContactForm
from hotline.web.desk.labels import label
from hotline.web.desk.people_words import ADVICE, name_of, sentence
from hotline.web.desk.room import Visit, allowed, done, page, reading, refused, writing

_FEW, _LONGEST = 7, 80


@page("/contacts/new", Right.CONTACTS)
def contact() -> ResponseReturnValue:
    """Show an empty form, or one for somebody whose file led here."""
    caller_id = request.args.get("caller", type=int)

    def see(visit: Visit) -> str:
        caller = visit.session.get(Caller, caller_id) if caller_id else None
        shown = {"who": name_of(caller), "caller": caller.id} if caller else {}
        return _page(ContactForm(None, line=visit.line, at=visit.at, **shown))

    return reading(see)


@page("/contacts/new", Right.CONTACTS, methods=("POST",))
def note_contact() -> ResponseReturnValue:
    """Log a contact, and show an empty form for the next one."""
    noted = writing(_note)
    if isinstance(noted, str):
        return noted, 422
    says, undo = noted
    return done(says, url_for("desk.contact"), undo=undo)


def _note(visit: Visit) -> str | tuple[str, str | None]:
    """Log what was typed in; return a faulty form, or what to say and how to take it back."""
    form = ContactForm(request.form, line=visit.line, at=visit.at)
    if not form.validate():
        return _page(form)
    if "new" not in request.form and (meant := _meant(visit, form)):
        return _page(form, meant)
    try:
        noted = contacts_by_hand.note(visit.session, visit.line, form.typed, author=visit.author, at=visit.at)
    except Refused as error:
        (form.hour if error.why is Why.IN_THE_PAST else form.who).errors = [sentence(error)]
        return _page(form)
    if noted.again:
        name = name_of(noted.caller)
        return _("C’était déjà noté pour %(name)s : rien n’est compté deux fois.", name=name), None
    visit.note("contact.noted", f"contact:{noted.contact.id}")
    return _says(noted) + _guessed(visit, noted), url_for("desk.undo_contact", contact_id=noted.contact.id)


@page("/contacts/who", Right.CONTACTS)
def who_is_it() -> str:
    """List who may be meant by what was typed so far."""
    typed = request.args.get("who", "").strip()[:_LONGEST]

    def see(visit: Visit) -> str:
        found = search.find(visit.session, typed, limit=_FEW) if typed else search.Found(())
        return render_template(
            "desk/contact_who.html",
            typed=typed,
            rows=files.rows(visit.session, found.people, visit.at),
            more=found.after is not None,
            advice=found.advice and ADVICE[found.advice],
            is_number=search.is_number(typed),
        )

    return reading(see)


@page("/contacts/<int:contact_id>/undo", Right.CONTACTS, methods=("POST",))
def undo_contact(contact_id: int) -> ResponseReturnValue:
    """Take back a contact that one has typed in oneself."""

    def undo(visit: Visit) -> bool:
        row = visit.session.get(Contact, contact_id)
        if row is None or row.author != visit.author:
            abort(404)
        visit.note("contact.removed", f"contact:{contact_id}")
        return contacts_by_hand.take_back(visit.session, row)

    goes_on = writing(undo)
    here = url_for("desk.contact")
    if goes_on:
        return refused(_("Le contact est retiré ; sa demande a déjà avancé : elle reste ouverte."), here)
    return done(_("Le contact est retiré."), here)


def _meant(visit: Visit, form: ContactForm) -> list[Caller]:
    """Return who may be meant, when nobody was picked: the people at a number, or those of that name."""
    typed = form.typed
    if typed.caller_id is not None or not typed.names:
        return []
    return list(search.find(visit.session, typed.number or typed.names, limit=_FEW).people)


def _guessed(visit: Visit, noted: Noted) -> str:
    """Name the needs that the words let guess; the request is where one says yes."""
    found = suggested.in_words(visit.line, [noted.contact.words]) if allowed(Right.REFERRALS) else []
    if not found:
        return ""
    guessed = ", ".join(f"{label(one.need)} (« {one.words} »)" for one in found)
    return " " + str(_("Besoin possible : %(needs)s. Confirmez-le sur sa demande.", needs=guessed))


def _says(noted: Noted) -> str:
    name = name_of(noted.caller)
    if noted.contact.request is None:
        return str(_("Noté pour %(name)s, sans rappel.", name=name))
    return str(_("Noté pour %(name)s, qui attend un appel.", name=name))


def _page(form: ContactForm, meant: Sequence[Caller] = ()) -> str:
    return render_template("desk/contact.html", form=form, meant=meant, keys=LETTERS)
