"""Mails: the lists, one mail with its answer, and a mail to somebody from their file."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from hotline.models.status import Direction
from hotline.services.desk import mails as letters
from hotline.services.desk import reveals
from hotline.services.desk.mails import Opened, Tab
from hotline.services.desk.moments import midnight
from hotline.services.desk.rights import Right
from hotline.services.referrals import needs, suggested
from hotline.services.referrals.suggested import Possible
from hotline.web.desk import live
from hotline.web.desk.mail_forms import AnswerForm, LetterForm
from hotline.web.desk.person import found
from hotline.web.desk.room import Visit, allowed, is_fragment, me, page, pages, reading, writing
from hotline.web.product import product

TABS = {
    Tab.UNANSWERED: _l("À répondre"),
    Tab.STRANGERS: _l("Sans personne connue"),
    Tab.AUTOMATIC: _l("Automatiques"),
    Tab.ALL: _l("Tous"),
}
_KILO = 1024


@page("/mails", Right.PEOPLE)
def mails() -> ResponseReturnValue:
    """Show one of the four lists of mails."""
    tab, after = _tab(), request.args.get("after", type=int)
    found_ = reading(lambda visit: letters.part(visit.session, tab, after=after))
    rows = live.part("desk/mails_list.html", "mails", found=found_, tab=tab, after=after)
    if is_fragment():
        return live.answered(rows)
    return render_template("desk/mails.html", rows=rows, tab=tab, tabs=TABS)


@page("/mails/<int:mail_id>", Right.PEOPLE)
def mail(mail_id: int) -> ResponseReturnValue:
    """Show one mail; today's first look of a coordinator is written down."""
    if reading(lambda visit: _unseen(visit, mail_id)):
        writing(lambda visit: visit.note(reveals.MAIL_SEEN, f"mail:{mail_id}"))
    return shown(mail_id)


def shown(mail_id: int, *, form: AnswerForm | None = None) -> ResponseReturnValue:
    """Draw one mail; a faulty answer comes back as it was typed."""

    def see(visit: Visit) -> str:
        opened = opened_at(visit, mail_id)
        said, quoted = letters.parts_of(opened.item.mail)
        return render_template(
            "desk/mail.html",
            opened=opened,
            mail=opened.item.mail,
            said=said,
            quoted=quoted,
            possible=_possible(visit, opened, said),
            form=form or AnswerForm.begun(signature()),
        )

    return reading(see), 422 if form else 200


def _possible(visit: Visit, opened: Opened, said: str) -> list[Possible]:
    """Return the needs that a mail lets guess, and that are not followed yet."""
    caller, mail = opened.item.caller, opened.item.mail
    if caller is None or mail.direction is not Direction.INBOUND or not allowed(Right.REFERRALS):
        return []
    known = {one.need for one in needs.open_of(visit.session, caller.caller_id)}
    return suggested.in_words(visit.line, [f"{mail.subject}. {said}"], known)


@page("/people/<int:caller_id>/mail", Right.PEOPLE)
def letter(caller_id: int) -> ResponseReturnValue:
    """Show an empty mail to somebody whose address is known."""
    return letter_shown(caller_id)


def letter_shown(caller_id: int, *, form: LetterForm | None = None) -> ResponseReturnValue:
    """Draw a mail to somebody; a faulty one comes back as it was typed."""

    def see(visit: Visit) -> str:
        caller = found(visit.session, caller_id)
        if not caller.email:
            abort(404)
        return render_template(
            "desk/letter.html",
            caller=caller,
            not_left=letters.not_left(visit.session, caller.email),
            form=form or LetterForm.begun(signature()),
        )

    return reading(see), 422 if form else 200


def opened_at(visit: Visit, mail_id: int) -> Opened:
    """Return one mail; there is nothing here without."""
    opened = letters.one(visit.session, mail_id)
    if opened is None:
        abort(404)
    return opened


def signature() -> str:
    """Return how whoever is signed in signs."""
    return f"{me().name}\n{product().line.config.association.name}"


def address(mail_id: int) -> str:
    """Return the address of a mail."""
    return url_for("desk.mail", mail_id=mail_id)


def size(count: int) -> str:
    """Write how large something is: "12 ko"."""
    if count < _KILO**2:
        return f"{max(round(count / _KILO), 1)} ko"
    return f"{count / _KILO**2:.1f} Mo".replace(".", ",")


def _unseen(visit: Visit, mail_id: int) -> bool:
    opened_at(visit, mail_id)
    today = midnight(visit.line, visit.line.day(visit.at))
    return not reveals.noted_since(visit.session, reveals.MAIL_SEEN, f"mail:{mail_id}", me().email, today)


def _tab() -> Tab:
    wanted = request.args.get("state", Tab.UNANSWERED.value)
    return Tab(wanted) if wanted in set(Tab) else Tab.UNANSWERED


pages.add_app_template_filter(size, "size")
pages.add_app_template_filter(letters.parts_of, "parts_of_mail")
