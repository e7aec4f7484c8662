"""What a coordinator does with a voicemail: look after it, put it off, deal with it, write about it."""

from collections.abc import Callable
from typing import TypeVar

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug import Response

from hotline.models import Voicemail
from hotline.services.desk import claims, messages, notes
from hotline.services.desk.claims import Claim, Later
from hotline.services.desk.rights import Right
from hotline.web.desk import words
from hotline.web.desk.room import Visit, done, page, reading, refused, writing
from hotline.web.desk.voicemail_forms import NoteForm, TranscriptForm
from hotline.web.desk.voicemails import following, shown
from hotline.web.product import product

Result = TypeVar("Result")


@page("/voicemails/<int:voicemail_id>/claim", Right.VOICEMAILS, methods=("POST",))
def claim_voicemail(voicemail_id: int) -> ResponseReturnValue:
    """Look after a message; with `from` in the place of who looked after it until now."""
    from_id = request.form.get("from", type=int)

    def take(visit: Visit) -> Claim:
        return claims.take(visit.session, voicemail_id, visit.coordinator, visit.at, from_id=from_id)

    claim = _act(voicemail_id, "voicemail.claimed", take)
    if not claim:
        return _not_won(claim, voicemail_id)
    undo = _address("release_voicemail", voicemail_id)
    return done(_("Vous vous en occupez."), _address("voicemail", voicemail_id), undo=undo)


@page("/voicemails/<int:voicemail_id>/release", Right.VOICEMAILS, methods=("POST",))
def release_voicemail(voicemail_id: int) -> ResponseReturnValue:
    """Give a message back to everybody."""

    def release(visit: Visit) -> Claim:
        return claims.release(visit.session, voicemail_id, visit.coordinator, visit.at)

    claim = _act(voicemail_id, "voicemail.released", release)
    here = _address("voicemail", voicemail_id)
    return done(_("Le message est rendu à toute l’équipe."), here) if claim else refused(_lost(claim), here)


@page("/voicemails/<int:voicemail_id>/handle", Right.VOICEMAILS, methods=("POST",))
def handle_voicemail(voicemail_id: int) -> ResponseReturnValue:
    """Note that a message is dealt with, and go on to the next."""

    def handle(visit: Visit) -> Claim:
        return claims.handle(visit.session, voicemail_id, visit.coordinator, visit.at)

    claim = _act(voicemail_id, "voicemail.handled", handle)
    if not claim:
        return _not_won(claim, voicemail_id)
    undo = _address("reopen_voicemail", voicemail_id)
    return done(_("Message traité."), following(voicemail_id), undo=undo)


@page("/voicemails/<int:voicemail_id>/reopen", Right.VOICEMAILS, methods=("POST",))
def reopen_voicemail(voicemail_id: int) -> ResponseReturnValue:
    """Take back that a message is dealt with."""

    def reopen(visit: Visit) -> Claim:
        won = claims.reopen(visit.session, voicemail_id, visit.coordinator, visit.at)
        return Claim(won, None)

    claim = _act(voicemail_id, "voicemail.reopened", reopen)
    here = _address("voicemail", voicemail_id)
    if not claim:
        return refused(_("Ce message n’est pas classé : il est encore à traiter."), here)
    return done(_("Le message est rouvert, et vous vous en occupez."), here)


@page("/voicemails/<int:voicemail_id>/later", Right.VOICEMAILS, methods=("POST",))
def put_off_voicemail(voicemail_id: int) -> ResponseReturnValue:
    """Put a message aside for a while, and go on to the next."""
    wanted = request.form.get("until", "")
    if wanted not in set(Later):
        abort(404)

    line, at = product().line, product().clock.now()
    until = claims.moment(line, Later(wanted), at)

    def put_off(visit: Visit) -> Claim:
        return claims.put_off(visit.session, voicemail_id, visit.coordinator, until, visit.at)

    claim = _act(voicemail_id, "voicemail.put_off", put_off)
    if not claim:
        return _not_won(claim, voicemail_id)
    says = _("Le message reviendra %(when)s.", when=words.when(line.local(until), line.local(at)))
    return done(says, following(voicemail_id), undo=_address("wake_voicemail", voicemail_id))


@page("/voicemails/<int:voicemail_id>/wake", Right.VOICEMAILS, methods=("POST",))
def wake_voicemail(voicemail_id: int) -> ResponseReturnValue:
    """Take a message back from those put aside."""

    def wake(visit: Visit) -> Claim:
        return claims.wake(visit.session, voicemail_id, visit.at)

    _act(voicemail_id, "voicemail.woken", wake)
    return done(_("Le message attend de nouveau."), _address("voicemail", voicemail_id))


@page("/voicemails/<int:voicemail_id>/note", Right.VOICEMAILS, methods=("POST",))
def note_on_voicemail(voicemail_id: int) -> ResponseReturnValue:
    """Keep words about the caller in their file."""
    form = NoteForm(request.form)
    if not form.validate():
        return shown(voicemail_id, note=form)

    def annotate(visit: Visit) -> int:
        voicemail = visit.session.get_one(Voicemail, voicemail_id)
        caller = voicemail.call.caller or abort(404)
        claims.busy(visit.session, voicemail_id, visit.coordinator, visit.at)
        words = form.words.data or ""
        return notes.add(visit.session, caller, words, author=visit.author, at=visit.at, heard=voicemail).id

    note_id = _act(voicemail_id, "note.written", annotate)
    undo = url_for("desk.take_back_note", voicemail_id=voicemail_id, note_id=note_id)
    return done(_("La note est gardée dans la fiche."), _address("voicemail", voicemail_id), undo=undo)


@page("/voicemails/<int:voicemail_id>/note/<int:note_id>/undo", Right.VOICEMAILS, methods=("POST",))
def take_back_note(voicemail_id: int, note_id: int) -> ResponseReturnValue:
    """Take back a note just written."""

    def back(visit: Visit) -> bool:
        return notes.take_back(visit.session, note_id, visit.author, visit.at)

    here = _address("voicemail", voicemail_id)
    if not _act(voicemail_id, "note.removed", back):
        return refused(_("Cette note n’est pas la vôtre : elle reste."), here)
    return done(_("La note est retirée."), here)


@page("/voicemails/<int:voicemail_id>/transcript", Right.VOICEMAILS, methods=("POST",))
def correct_transcript(voicemail_id: int) -> ResponseReturnValue:
    """Keep the transcript as corrected by hand."""
    form = TranscriptForm(request.form)
    if not form.validate():
        return shown(voicemail_id, transcript=form)

    def correct(visit: Visit) -> bool:
        voicemail = visit.session.get_one(Voicemail, voicemail_id)
        claims.busy(visit.session, voicemail_id, visit.coordinator, visit.at)
        return messages.corrected(visit.session, voicemail, form.typed, visit.at, seen=form.seen_at)

    if not _act(voicemail_id, "voicemail.transcript_edited", correct):
        form.overtaken_by(reading(lambda visit: visit.session.get_one(Voicemail, voicemail_id)))
        return shown(voicemail_id, transcript=form)
    return done(_("Le texte corrigé est gardé."), _address("voicemail", voicemail_id))


def _act(voicemail_id: int, action: str, work: Callable[[Visit], Result]) -> Result:
    """Do something with a message that exists; what was refused leaves no trace."""

    def act(visit: Visit) -> Result:
        if visit.session.get(Voicemail, voicemail_id) is None:
            abort(404)
        result = work(visit)
        if result:
            visit.note(action, f"voicemail:{voicemail_id}")
        return result

    return writing(act)


def _not_won(claim: Claim, voicemail_id: int) -> Response:
    return refused(_lost(claim), _address("voicemail", voicemail_id))


def _lost(claim: Claim) -> str:
    if claim.holder is None:
        return str(_("Ce message vient de changer : voici où il en est."))
    return str(_("%(name)s a été plus rapide : c’est à présent son message.", name=claim.holder))


def _address(endpoint: str, voicemail_id: int) -> str:
    return url_for(f"desk.{endpoint}", voicemail_id=voicemail_id)
