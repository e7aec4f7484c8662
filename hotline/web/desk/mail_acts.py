"""What is done with a mail: answered, settled, put into the right file; each with its way back."""

from collections.abc import Callable
from typing import TypeVar

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hotline.models import Mail, OutboxRow
from hotline.services.desk import mailing, search
from hotline.services.desk.refusals import Refused
from hotline.services.desk.rights import Right
from hotline.web.desk import person
from hotline.web.desk.mail_forms import AnswerForm, LetterForm
from hotline.web.desk.mails import address, letter_shown, opened_at, shown
from hotline.web.desk.people_words import ADVICE, sentence
from hotline.web.desk.person import found
from hotline.web.desk.room import Visit, back_to, done, page, reading, refused, writing

Result = TypeVar("Result")
_FEW, _LONGEST = 20, 80


@page("/mails/<int:mail_id>/answer", Right.PEOPLE, methods=("POST",))
def answer_mail(mail_id: int) -> ResponseReturnValue:
    """Answer a mail."""
    form = AnswerForm(request.form)
    if not form.validate():
        return shown(mail_id, form=form)

    def send(visit: Visit) -> int:
        one = _mail(visit, mail_id)
        row = mailing.answer(
            visit.session, visit.line, one, form.body.data or "", visit.at, once=form.once.data or ""
        )
        visit.note("mail.answered", f"mail:{mail_id}")
        return row.id

    try:
        row_id = writing(send)
    except Refused as error:
        form.body.errors = [sentence(error)]
        return shown(mail_id, form=form)
    return done(_("La réponse part."), address(mail_id), undo=_way_back(row_id, address(mail_id)))


@page("/people/<int:caller_id>/mail", Right.PEOPLE, methods=("POST",))
def write_to_person(caller_id: int) -> ResponseReturnValue:
    """Write to somebody."""
    form = LetterForm(request.form)
    if not form.validate():
        return letter_shown(caller_id, form=form)

    def send(visit: Visit) -> int:
        caller = found(visit.session, caller_id)
        if not caller.email:
            abort(404)
        row = mailing.write(
            visit.session,
            visit.line,
            caller,
            form.subject.data or "",
            form.body.data or "",
            visit.at,
            once=form.once.data or "",
        )
        visit.note("mail.written", f"caller:{caller_id}")
        return row.id

    try:
        row_id = writing(send)
    except Refused as error:
        form.body.errors = [sentence(error)]
        return letter_shown(caller_id, form=form)
    here = person.address(caller_id)
    return done(_("Le courriel part."), here, undo=_way_back(row_id, here))


@page("/mails/unsend/<int:row_id>", Right.PEOPLE, methods=("POST",))
def unsend_mail(row_id: int) -> ResponseReturnValue:
    """Keep a mail that was just written from leaving."""
    here = back_to(url_for("desk.mails"))

    def unsend(visit: Visit) -> None:
        row = visit.session.get(OutboxRow, row_id, with_for_update={"of": OutboxRow})
        if row is None:
            abort(404)
        mailing.take_back(visit.session, row)
        visit.note("mail.unsent", f"outbox:{row_id}")

    try:
        writing(unsend)
    except Refused as error:
        return refused(sentence(error), here)
    return done(_("Le courriel ne part pas."), here)


@page("/mails/<int:mail_id>/settle", Right.PEOPLE, methods=("POST",))
def settle_mail(mail_id: int) -> ResponseReturnValue:
    """Note that a mail needs no answer."""
    _act(mail_id, "mail.settled", lambda visit, one: mailing.settle(one, visit.at))
    undo = url_for("desk.unsettle_mail", mail_id=mail_id)
    return done(_("Le courriel est classé sans réponse."), address(mail_id), undo=undo)


@page("/mails/<int:mail_id>/unsettle", Right.PEOPLE, methods=("POST",))
def unsettle_mail(mail_id: int) -> ResponseReturnValue:
    """Let a mail wait for an answer again."""
    _act(mail_id, "mail.unsettled", lambda _visit, one: mailing.unsettle(one))
    return done(_("Le courriel attend de nouveau une réponse."), address(mail_id))


@page("/mails/<int:mail_id>/number/refuse", Right.PEOPLE, methods=("POST",))
def refuse_number(mail_id: int) -> ResponseReturnValue:
    """Note that the number in a mail is not its sender's."""

    def refuse(_visit: Visit, one: Mail) -> None:
        one.proposed_number = None

    _act(mail_id, "mail.number_refused", refuse)
    return done(_("Ce numéro n’est plus proposé."), address(mail_id))


@page("/mails/<int:mail_id>/person", Right.PEOPLE)
def mail_person(mail_id: int) -> str:
    """Look for the person whose mail it is."""
    typed = request.args.get("q", "").strip()[:_LONGEST]

    def see(visit: Visit) -> str:
        opened = opened_at(visit, mail_id)
        looked_up = search.find(visit.session, typed, limit=_FEW) if typed else None
        return render_template(
            "desk/mail_person.html",
            opened=opened,
            mail=opened.item.mail,
            typed=typed,
            rows=[one for one in looked_up.people if one.id != opened.item.mail.caller_id]
            if looked_up
            else None,
            advice=looked_up.advice and ADVICE[looked_up.advice] if looked_up else None,
        )

    return reading(see)


@page("/mails/<int:mail_id>/person/<int:caller_id>", Right.PEOPLE, methods=("POST",))
def attach_mail(mail_id: int, caller_id: int) -> ResponseReturnValue:
    """Put a mail into somebody's file."""

    def attach(visit: Visit, one: Mail) -> int | None:
        before = one.caller_id
        mailing.attach(visit.session, one, found(visit.session, caller_id))
        return before

    before = _act(mail_id, "mail.attached", attach)
    undo = (
        url_for("desk.attach_mail", mail_id=mail_id, caller_id=before)
        if before
        else url_for("desk.detach_mail", mail_id=mail_id)
    )
    return done(_("Le courriel est dans cette fiche."), address(mail_id), undo=undo)


@page("/mails/<int:mail_id>/nobody", Right.PEOPLE, methods=("POST",))
def detach_mail(mail_id: int) -> ResponseReturnValue:
    """Take a mail out of the file into which it was put."""
    _act(mail_id, "mail.detached", lambda visit, one: mailing.detach(visit.session, one))
    return done(_("Le courriel n’est plus dans aucune fiche."), address(mail_id))


def _act(mail_id: int, action: str, work: Callable[[Visit, Mail], Result]) -> Result:
    def act(visit: Visit) -> Result:
        result = work(visit, _mail(visit, mail_id))
        visit.note(action, f"mail:{mail_id}")
        return result

    return writing(act)


def _mail(visit: Visit, mail_id: int) -> Mail:
    return opened_at(visit, mail_id).item.mail


def _way_back(row_id: int, back: str) -> str:
    return url_for("desk.unsend_mail", row_id=row_id, back=back)
