"""The way in and out of the desk: Flask-Security behind our own pages, accounts and words."""

from typing import Any

from flask import Flask, abort, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_security import PasswordUtil, Security, WebauthnUtil
from flask_wtf.csrf import CSRFError
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from werkzeug import Response

from hotline.bootstrap import Hotline
from hotline.services.desk import passwords
from hotline.web.desk.account_kept import again
from hotline.web.desk.room import protect
from hotline.web.entrance import arriving, config, door, forms, journal, sentences
from hotline.web.entrance.accounts import Accounts
from hotline.web.entrance.at_the_door import at_the_door
from hotline.web.entrance.codes import Codes, RecoveryCodes
from hotline.web.entrance.invited_form import RULE
from hotline.web.i18n import language
from hotline.web.product import product

BLUEPRINTS = arriving.BLUEPRINTS
_NOT_OURS = frozenset({"entrance.two_factor_rescue"})
"""What the library would offer by e-mail, which we do not send."""


class Passwords(PasswordUtil):
    """Which passwords are good enough."""

    def normalize(self, password: str) -> str:
        """Return the spelling that is kept and compared; what is longer than any password is cut."""
        return str(super().normalize(password))[: passwords.LONGEST + 1]

    def validate(self, password: str, is_register: bool, **more: Any) -> tuple[list[str] | None, str]:  # noqa: ARG002
        """Return what is wrong with a new password, and how it is kept."""
        user, kept = more["user"], self.normalize(password)
        return ([str(RULE)] if passwords.is_weak(kept, user.name, user.email) else None), kept


class Passkeys(WebauthnUtil):
    """What we ask of passkeys: that they know who holds them, so that one alone opens the door."""

    def origin(self) -> str:
        """Return where the browser must be: our public address is the same whatever a proxy says of it."""
        public = product().settings.public_url.rstrip("/")
        return public if public.partition("://")[2] == request.host else request.host_url.rstrip("/")

    def authenticator_selection(self, user: Any, usage: str) -> AuthenticatorSelectionCriteria:  # noqa: ARG002
        """Return what a new passkey must be able to do."""
        alone = usage == "first"
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED if alone else ResidentKeyRequirement.DISCOURAGED,
            user_verification=(
                UserVerificationRequirement.REQUIRED if alone else UserVerificationRequirement.DISCOURAGED
            ),
        )

    def user_verification(self, user: Any, usage: list[str]) -> UserVerificationRequirement:  # noqa: ARG002
        """Return whether a passkey must know its holder: always where it stands for the password."""
        alone = "secondary" not in usage
        return UserVerificationRequirement.REQUIRED if alone else UserVerificationRequirement.DISCOURAGED


def prepare(app: Flask, hotline: Hotline) -> None:
    """Build the door; forms are protected already."""
    app.config.update(config.settings(hotline), **sentences.settings())
    security = Security(
        app,
        Accounts(),
        login_form=forms.SignInForm,
        verify_form=forms.AgainForm,
        change_password_form=forms.NewPasswordForm,
        two_factor_verify_code_form=forms.OneTimeCodeForm,
        two_factor_setup_form=forms.CodeSetupForm,
        two_factor_select_form=forms.WhichForm,
        two_factor_rescue_form=forms.RescueForm,
        wan_register_form=forms.PasskeyForm,
        mf_recovery_form=forms.RecoveryCodeForm,
        totp_cls=Codes,
        mf_recovery_codes_util_cls=RecoveryCodes,
        webauthn_util_cls=Passkeys,
        password_util_cls=Passwords,
        render_template=_shown,
    )
    security.want_json(lambda _request: False)
    security.context_processor(at_the_door)
    arriving.listen(app, security.login_manager)
    journal.listen(app)
    app.register_blueprint(door.pages)
    app.register_error_handler(CSRFError, _not_taken)
    app.before_request(_keep_out)
    app.after_request(_protected)


def nowhere() -> Response:
    """Answer for an address at which there never was anything, whoever asks."""
    page = make_response(render_template("entrance/nowhere.html", **at_the_door()), 404)
    return protect(page)


def broken() -> Response:
    """Apologise at the door for a fault of ours, without asking a database that may be away who is here."""
    g.signed_in = None
    return protect(make_response(render_template("desk/away.html", language=language()), 500))


def _not_taken(_error: CSRFError) -> ResponseReturnValue:
    """Answer a form without its token: at the desk with what it held, elsewhere with what to do."""
    if request.blueprint == "desk":
        return again()
    return render_template("entrance/again_please.html", **at_the_door()), 400


def _shown(template: str, **more: Any) -> Any:
    """Show a page; a form that was not taken is shown again as such."""
    page = make_response(render_template(template, **more))
    forms_shown = [value for key, value in more.items() if key.endswith("_form")]
    if request.method == "POST" and any(form.errors or form.form_errors for form in forms_shown):
        page.status_code = 422
    return page


def _keep_out() -> None:
    if request.endpoint in _NOT_OURS:
        abort(404)
    if request.blueprint in arriving.BLUEPRINTS:
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "cross-site":
            abort(403)
        product().look()


def _protected(answer: Response) -> Response:
    return protect(answer) if request.blueprint in arriving.BLUEPRINTS else answer
