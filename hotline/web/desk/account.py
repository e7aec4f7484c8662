"""Mon compte: who somebody is, how their pages look, and where they are signed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select

from hotline.models import Coordinator, Passkey
from hotline.services.desk import presence
from hotline.services.desk.rights import Right
from hotline.web.desk import menu
from hotline.web.desk.account_form import AccountForm
from hotline.web.desk.agents import in_words
from hotline.web.desk.leaving import leave
from hotline.web.desk.room import Visit, done, me, page, reading, recognised, writing


@dataclass(frozen=True)
class Browser:
    """A browser in which this coordinator is signed in."""

    id: int
    agent: str
    since: datetime
    seen: datetime
    is_this: bool


@page("/inside", Right.ACCOUNT)
def inside() -> ResponseReturnValue:
    """Lead whoever has just come in to their first page, by way of recovery codes while they have none."""
    if me().tf_totp_secret and me().mf_recovery_codes is None:
        return redirect(url_for("entrance.mf_recovery_codes"))
    first, *_rest = menu.shown(menu.MAIN + menu.MORE)
    return redirect(url_for(first.endpoint))


@page("/account", Right.ACCOUNT)
def account() -> ResponseReturnValue:
    """Show what somebody may choose about their own place."""
    return _shown(AccountForm(obj=me()))


@page("/account", Right.ACCOUNT, methods=("POST",))
def keep_account() -> ResponseReturnValue:
    """Keep name, language and looks."""
    form = AccountForm(request.form)
    if not form.validate():
        return _shown(form), 422

    def keep(visit: Visit) -> None:
        form.populate_obj(visit.session.get_one(Coordinator, visit.coordinator.id))

    writing(keep)
    return done(_("C’est enregistré."), url_for("desk.account"))


@page("/account/browsers/<int:browser>/end", Right.ACCOUNT, methods=("POST",))
def end_browser(browser: int) -> ResponseReturnValue:
    """Sign one browser out."""

    def end(visit: Visit) -> int:
        visit.note("sign_out.browser", f"coordinator:{visit.coordinator.id}")
        return presence.end(visit.session, visit.coordinator.id, visit.at, only=browser)

    writing(end)
    return done(_("Ce navigateur est déconnecté."), url_for("desk.account"))


@page("/account/browsers/end", Right.ACCOUNT, methods=("POST",))
def end_browsers() -> ResponseReturnValue:
    """Sign every browser out, this one included."""
    leave(everywhere=True)
    return done(_("Vous êtes déconnecté·e de tous vos navigateurs."), url_for("entrance.login"))


@page("/sign-out", Right.ACCOUNT, methods=("POST",))
def sign_out() -> ResponseReturnValue:
    """Sign this browser out."""
    leave()
    return done(_("Vous êtes déconnecté·e. À bientôt !"), url_for("entrance.login"))


def _shown(form: AccountForm) -> str:
    browsers, passkeys = reading(lambda visit: (_browsers(visit), _passkeys(visit)))
    return render_template("desk/account.html", form=form, browsers=browsers, passkeys=passkeys)


def _browsers(visit: Visit) -> Sequence[Browser]:
    here = recognised()
    this = here.session_id if here else None
    return [
        Browser(one.id, in_words(one.agent), one.created_at, one.seen_at, one.id == this)
        for one in presence.of(visit.session, visit.coordinator.id, visit.at)
    ]


def _passkeys(visit: Visit) -> int:
    mine = select(func.count()).select_from(Passkey).where(Passkey.coordinator_id == visit.coordinator.id)
    return visit.session.scalar(mine) or 0
