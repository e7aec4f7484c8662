"""What is done in somebody's file: notes, telephones, a request opened by hand; each with its way back."""

from collections.abc import Callable
from typing import TypeVar

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hotline.errors import HotlineError
from hotline.models import Note, Phone, Request
from hotline.services import requests
from hotline.services.desk import contacts_by_hand, notes, phones, reveals
from hotline.services.desk.refusals import Refused, Why
from hotline.services.desk.rights import Right
from hotline.web.desk.people_words import UNREADABLE_NUMBER, sentence
from hotline.web.desk.person import address, found, shown
from hotline.web.desk.room import Visit, allowed, back_to, done, is_fragment, page, refused, writing
from hotline.web.desk.voicemail_forms import NoteForm

Result = TypeVar("Result")
_LONGEST_NAMES = 120


@page("/people/<int:caller_id>/notes", Right.PEOPLE, methods=("POST",))
def note_on_person(caller_id: int) -> ResponseReturnValue:
    """Keep some words in a file."""
    form = NoteForm(request.form)
    if not form.validate():
        return shown(caller_id, note=form, status=422)

    def keep(visit: Visit) -> int:
        note = notes.add(
            visit.session,
            found(visit.session, caller_id),
            form.words.data or "",
            author=visit.author,
            at=visit.at,
        )
        visit.note("note.written", f"caller:{caller_id}")
        return note.id

    undo = url_for("desk.remove_note", caller_id=caller_id, note_id=writing(keep))
    return done(_("La note est gardée."), address(caller_id), undo=undo)


@page("/people/<int:caller_id>/notes/<int:note_id>/remove", Right.PEOPLE, methods=("POST",))
def remove_note(caller_id: int, note_id: int) -> ResponseReturnValue:
    """Take a note out of a file."""

    def remove(visit: Visit) -> None:
        notes.remove(visit.session, _note(visit, caller_id, note_id), visit.at)
        visit.note("note.removed", f"caller:{caller_id}")

    undo = url_for("desk.restore_note", caller_id=caller_id, note_id=note_id)
    return _tried(
        caller_id, remove, lambda _none: done(_("La note est retirée."), address(caller_id), undo=undo)
    )


@page("/people/<int:caller_id>/notes/<int:note_id>/restore", Right.PEOPLE, methods=("POST",))
def restore_note(caller_id: int, note_id: int) -> ResponseReturnValue:
    """Put a note back."""

    def restore(visit: Visit) -> None:
        notes.restore(_note(visit, caller_id, note_id))
        visit.note("note.restored", f"caller:{caller_id}")

    writing(restore)
    return done(_("La note est de nouveau dans la fiche."), address(caller_id))


@page("/people/<int:caller_id>/phones", Right.PEOPLE, methods=("POST",))
def add_phone(caller_id: int) -> ResponseReturnValue:
    """Note that somebody is reached at one more number; somebody else's leads to both files side by side."""
    typed = request.form.get("number", "").strip()

    def add(visit: Visit) -> int:
        phone = phones.add(visit.session, visit.line, found(visit.session, caller_id), typed, visit.at)
        visit.note("phone.added", f"caller:{caller_id}")
        return phone.id

    try:
        phone_id = writing(add)
    except Refused as error:
        if error.why is not Why.NUMBER_KNOWN or error.other is None:
            return refused(sentence(error), address(caller_id))
        says = _("Ce numéro est déjà celui de cette autre fiche. Est-ce la même personne ?")
        return refused(says, url_for("desk.merge_person", caller_id=caller_id, other=error.other))
    except HotlineError:
        return refused(str(UNREADABLE_NUMBER), address(caller_id))
    undo = url_for("desk.remove_phone", caller_id=caller_id, phone_id=phone_id)
    return done(_("Le numéro est ajouté."), address(caller_id), undo=undo)


@page("/people/<int:caller_id>/phones/<int:phone_id>/remove", Right.PEOPLE, methods=("POST",))
def remove_phone(caller_id: int, phone_id: int) -> ResponseReturnValue:
    """Take a number out of a file, never the last one."""

    def remove(visit: Visit) -> None:
        phones.remove(visit.session, found(visit.session, caller_id), _phone(visit, phone_id))
        visit.note("phone.removed", f"caller:{caller_id}")

    undo = url_for("desk.restore_phone", caller_id=caller_id, phone_id=phone_id)
    return _tried(
        caller_id, remove, lambda _none: done(_("Le numéro est retiré."), address(caller_id), undo=undo)
    )


@page("/people/<int:caller_id>/phones/<int:phone_id>/restore", Right.PEOPLE, methods=("POST",))
def restore_phone(caller_id: int, phone_id: int) -> ResponseReturnValue:
    """Put a number back."""

    def restore(visit: Visit) -> None:
        phones.restore(visit.session, found(visit.session, caller_id), _phone(visit, phone_id))
        visit.note("phone.added", f"caller:{caller_id}")

    says = _("Le numéro est de nouveau dans la fiche.")
    return _tried(caller_id, restore, lambda _none: done(says, address(caller_id)))


@page("/people/<int:caller_id>/phones/<int:phone_id>/other", Right.PEOPLE, methods=("POST",))
def other_person(caller_id: int, phone_id: int) -> ResponseReturnValue:
    """Make a file for somebody else at the same number."""
    names = " ".join(request.form.get("names", "").split())[:_LONGEST_NAMES]
    if not names:
        return refused(_("Écrivez le nom de l’autre personne, même un prénom seul."), address(caller_id))

    def make(visit: Visit) -> int:
        phone = _phone(visit, phone_id)
        if phone not in found(visit.session, caller_id).phones:
            abort(404)
        other = phones.somebody_else(visit.session, phone, names, visit.at)
        visit.note("caller.made", f"caller:{other.id}")
        return other.id

    return done(_("Voici la fiche de l’autre personne au même numéro."), address(writing(make)))


@page("/phones/<int:phone_id>/reveal", Right.PEOPLE, methods=("POST",))
def reveal(phone_id: int) -> ResponseReturnValue:
    """Show a number in clear to whoever asks, and write that down."""

    def show(visit: Visit) -> str:
        number = reveals.number(visit.session, phone_id, also_of_team=allowed(Right.VOLUNTEERS))
        if number is None:
            abort(404)
        visit.note(reveals.REVEALED, f"phone:{phone_id}")
        form = "desk/person_number.html" if is_fragment() else "desk/person_number_page.html"
        return render_template(form, number=number.e164, phone_id=phone_id, back=back_to("/"))

    return writing(show)


@page("/people/<int:caller_id>/request", Right.CONTACTS, methods=("POST",))
def open_request(caller_id: int) -> ResponseReturnValue:
    """Open a request by hand: the person is to be called back."""

    def begin(visit: Visit) -> int:
        request_id = requests.open_for(visit.session, found(visit.session, caller_id), visit.at).id
        visit.note("request.opened", f"request:{request_id}")
        return request_id

    undo = url_for("desk.withdraw_request", caller_id=caller_id, request_id=writing(begin))
    return done(_("La demande est ouverte : cette personne attend un appel."), address(caller_id), undo=undo)


@page("/people/<int:caller_id>/request/<int:request_id>/withdraw", Right.CONTACTS, methods=("POST",))
def withdraw_request(caller_id: int, request_id: int) -> ResponseReturnValue:
    """Take back a request that was opened by hand, as long as nothing hangs on it."""

    def withdraw(visit: Visit) -> None:
        row = visit.session.get(Request, request_id)
        if row is None or row.caller_id != caller_id:
            abort(404)
        contacts_by_hand.withdraw(visit.session, row)
        visit.note("request.withdrawn", f"request:{request_id}")

    return _tried(caller_id, withdraw, lambda _none: done(_("La demande est retirée."), address(caller_id)))


def _tried(
    caller_id: int, work: Callable[[Visit], Result], then: Callable[[Result], ResponseReturnValue]
) -> ResponseReturnValue:
    """Do something, or show in the file why it cannot be done."""
    try:
        return then(writing(work))
    except Refused as error:
        return refused(sentence(error), address(caller_id))


def _note(visit: Visit, caller_id: int, note_id: int) -> Note:
    note = visit.session.get(Note, note_id)
    if note is None or note.caller_id != caller_id:
        abort(404)
    return note


def _phone(visit: Visit, phone_id: int) -> Phone:
    phone = visit.session.get(Phone, phone_id)
    if phone is None:
        abort(404)
    return phone
