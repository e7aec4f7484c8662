"""The code that shows that a mobile is theirs: typed, or sent once more."""

from flask import flash, render_template, request
from werkzeug import Response

from callflows.spoken import written_number
from hotline.services import joining
from hotline.services.eligibility import grown_up
from hotline.services.joining import Confirmed, Entered, Sent
from hotline.web.joining import room, sentences
from hotline.web.joining.form import CodeForm
from hotline.web.joining.room import pages
from hotline.web.product import product
from hotline.web.volunteer.room import onward

Said = Response | str | tuple[str, int]


@pages.get("/code")
def code() -> Said:
    """Ask for the code."""
    return _page(CodeForm())


@pages.post("/code")
def confirm() -> Said:
    """Take the code: whoever types it is registered."""
    hotline, form = product(), CodeForm(request.form)
    at, token = hotline.clock.now(), room.token()
    with hotline.database.read() as session:
        typed = joining.entered(session, token, at)
    found = hotline.database.run(
        lambda session: joining.confirm(session, hotline.line, token, form.digits, at)
    )
    if found is Confirmed.GONE:
        return _start_again()
    if found is Confirmed.RIGHT:
        room.let_go(under_age=typed is not None and not grown_up(typed.birth_date, hotline.line.day(at)))
        return onward("joining.thanks")
    form.code.errors = [sentences.CONFIRMED[found]]
    return _page(form, 422)


@pages.post("/code/autre")
def another() -> Said:
    """Send another code."""
    hotline = product()
    sent = hotline.database.run(
        lambda session: joining.resend(session, hotline.line, room.token(), hotline.clock.now())
    )
    if sent is Sent.GONE:
        return _start_again()
    flash(sentences.SENT[sent])
    return onward("joining.code")


def _page(form: CodeForm, status: int = 200) -> Said:
    typed = _typed()
    if typed is None:
        return _start_again()
    number = written_number(typed.number.e164)
    return render_template("joining/code.html", form=form, typed=number), status


def _typed() -> Entered | None:
    hotline = product()
    with hotline.database.read() as session:
        return joining.entered(session, room.token(), hotline.clock.now())


def _start_again() -> Response:
    if room.token():
        flash(sentences.OVER)
    return onward("joining.form")
