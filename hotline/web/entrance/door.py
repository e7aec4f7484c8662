"""What opens before anybody has a password: the one-time link, the rehearsal's link, the language."""

from flask import Blueprint, abort, current_app, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import hash_password
from flask_security.utils import login_user
from sqlalchemy.orm import Session

from hotline.models import Coordinator
from hotline.services.desk import coordinators, guesses, invitations
from hotline.web import i18n
from hotline.web.desk.room import back_to, recognised
from hotline.web.entrance import journal
from hotline.web.entrance.accounts import Accounts
from hotline.web.entrance.at_the_door import at_the_door
from hotline.web.entrance.invited_form import InvitedForm
from hotline.web.i18n import COOKIE, LANGUAGES
from hotline.web.product import product

pages = Blueprint("door", __name__)
pages.context_processor(at_the_door)

_A_YEAR = 365 * 24 * 3600


@pages.get("/invitation/<token>")
def invitation(token: str) -> ResponseReturnValue:
    """Ask for a password; opening the link uses nothing up."""
    invited = _invited(token)
    if invited is None:
        return render_template("entrance/link_over.html"), 403
    return _asked(InvitedForm(invited), invited)


@pages.post("/invitation/<token>")
def accept(token: str) -> ResponseReturnValue:
    """Take the password, and go on to the one-time code."""
    invited = _invited(token)
    if invited is None:
        return render_template("entrance/link_over.html"), 403
    form = InvitedForm(invited, request.form)
    if not form.validate():
        return _asked(form, invited), 422
    if not _opened(token, str(form.password.data), coordinators.tidy(form.name.data or "")):
        return render_template("entrance/link_over.html"), 403
    flash(_("Votre mot de passe est choisi : connectez-vous avec lui."), "done")
    return redirect("/login", 303)


@pages.get("/rehearsal/<token>")
def rehearsal(token: str) -> ResponseReturnValue:
    """Sign straight in, where no telephone is real and nobody's data are at stake."""
    if not product().settings.rehearsal:
        abort(404)
    invited = _invited(token)
    if invited is None:
        return render_template("entrance/link_over.html"), 403
    account = Accounts().find_user(id=invited.id)
    if account is not None and recognised() is None:
        login_user(account, authn_via=["rehearsal"])
    return redirect("/", 303)


@pages.post("/language")
def language() -> ResponseReturnValue:
    """Speak another language from now on."""
    wanted = request.form.get("language", "")
    answer = make_response(redirect(back_to("/"), 303))
    if wanted not in LANGUAGES:
        return answer
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    answer.set_cookie(COOKIE, wanted, max_age=_A_YEAR, httponly=True, samesite="Lax", secure=secure)
    if (signed_in := recognised()) is not None:
        _remember(signed_in.coordinator.id, wanted)
    return answer


def _remember(coordinator_id: int, wanted: str) -> None:
    def change(session: Session) -> None:
        session.get_one(Coordinator, coordinator_id).language = wanted

    product().database.run(change)


def _asked(form: InvitedForm, invited: Coordinator) -> str:
    return render_template("entrance/invitation.html", form=form, invited=invited)


def _invited(token: str) -> Coordinator | None:
    with product().database.read() as session:
        return invitations.find(session, token, product().clock.now())


def _opened(token: str, password: str, name: str) -> bool:
    """Use the link up: the password is theirs, and whoever was signed in with an earlier one is out.

    It is kept in the spelling in which the library reads it at each sign-in.
    """
    normal = current_app.extensions["security"].password_util.normalize(password)
    kept, at = hash_password(normal), product().clock.now()

    def open_(session: Session) -> bool:
        invited = invitations.use(session, token, at)
        if invited is None:
            return False
        coordinators.close(session, invited, at)
        invited.password = kept
        invited.name = invited.name or name
        invited.language = i18n.language()
        guesses.forget(session, guesses.PASSWORD, coordinators.key(invited.email))
        journal.write(session, invited, "password.choose")
        return True

    return product().database.run(open_)
