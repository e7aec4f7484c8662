"""The registration itself: the form, and the page that says what happens next."""

from datetime import datetime

from flask import flash, render_template, request
from sqlalchemy.orm import Session
from werkzeug import Response

from hotline.services import joining
from hotline.services.desk import guesses
from hotline.services.desk.availability import PARTS
from hotline.services.joining import Entered, Sent
from hotline.web.entrance.arriving import address
from hotline.web.joining import room, sentences
from hotline.web.joining.form import RegistrationForm
from hotline.web.joining.room import pages
from hotline.web.product import product
from hotline.web.volunteer import words
from hotline.web.volunteer.room import onward
from hotline.web.volunteer.week import DAYS

_NAMES = ("Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche")
_DAYS = tuple(zip(_NAMES, DAYS, strict=True))
_PARTS = tuple(
    (name, f"{since} à {until} h")
    for name, (since, until) in zip(("Matin", "Après-midi", "Soir"), PARTS, strict=True)
)

Said = Response | tuple[str, int]


@pages.get("")
def form() -> str:
    """Show the form, with what was typed before when the code is still awaited."""
    hotline = product()
    at = hotline.clock.now()
    room.arrived(at)
    with hotline.database.read() as session:
        known = joining.entered(session, room.token(), at)
    return _page(_form(at, known=known))


@pages.post("")
def register() -> Said:
    """Take what was typed and send a code; a faulty answer comes back as it was typed."""
    at = product().clock.now()
    filled = _form(at, filled=True)
    if filled.subject.data:
        return onward("joining.code")
    if not filled.validate():
        return _page(filled), 422
    if room.too_quick(at):
        return _page(filled, sentences.TOO_QUICK), 422
    found = product().database.run(lambda session: _begun(session, filled.entered, at))
    if isinstance(found, datetime):
        return _page(filled, sentences.later(_when(found, at))), 429
    token, sent = found
    if sent is Sent.FULL:
        return _page(filled, sentences.SENT[sent]), 429
    if sent is Sent.TOO_MANY:
        flash(sentences.SENT[sent])
    room.hold(token)
    return onward("joining.code")


@pages.get("/merci")
def thanks() -> str:
    """Say what happens next: the same to everybody."""
    return render_template("joining/thanks.html", under_age=room.is_under_age())


def _begun(session: Session, typed: Entered, at: datetime) -> datetime | tuple[str, Sent]:
    """Begin a registration, or say from when on the next one from here may."""
    free_from = guesses.begin(session, at, (guesses.REGISTRATION, address()))
    return free_from or joining.begin(session, product().line, typed, at)


def _form(at: datetime, *, known: Entered | None = None, filled: bool = False) -> RegistrationForm:
    line = product().line
    return RegistrationForm(request.form if filled else None, line=line, today=line.day(at), known=known)


def _when(free_from: datetime, at: datetime) -> str:
    line = product().line
    return words.when(line.local(free_from), line.local(at))


def _page(form: RegistrationForm, fault: str = "") -> str:
    return render_template("joining/form.html", form=form, fault=fault, days=_DAYS, parts=_PARTS)
