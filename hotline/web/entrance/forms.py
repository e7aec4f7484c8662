"""The library's forms, made slow to guess at; what they say is ours."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import (
    ChangePasswordForm,
    LoginForm,
    MfRecoveryForm,
    TwoFactorRescueForm,
    TwoFactorSelectForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    UserMixin,
    VerifyForm,
    WebAuthnRegisterForm,
)
from wtforms import StringField
from wtforms.validators import ValidationError

from hotline.services.desk import coordinators, guesses
from hotline.services.desk.guesses import Try
from hotline.web.desk import words
from hotline.web.entrance.arriving import address
from hotline.web.product import product


class Choice(StringField):
    """One of a few words; the page draws them as it likes."""

    def __init__(self, *words: str, **more: Any) -> None:
        super().__init__(**more)
        self.choices = [(word, word) for word in words]

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Refuse any other word."""
        if self.data not in [word for word, *_label in self.choices]:
            raise ValidationError(_("Choisissez l’une des possibilités."))


class CodeSetupForm(TwoFactorSetupForm):
    """An authenticator application it is."""

    setup = Choice("authenticator")  # type: ignore[assignment]


class WhichForm(TwoFactorSelectForm):
    """The application, or the passkey."""

    which = Choice()  # type: ignore[assignment]


class RescueForm(TwoFactorRescueForm):
    """What is left to somebody without their telephone."""

    help_setup = Choice()  # type: ignore[assignment]


class PasskeyForm(WebAuthnRegisterForm):
    """A new passkey's name, and what it stands for."""

    usage = Choice("first", "secondary", default="first")  # type: ignore[assignment]


class SignInForm(LoginForm):
    """Address and password."""

    email = StringField()  # type: ignore[assignment]
    remember = None  # type: ignore[assignment]

    def validate(self, **more: Any) -> bool:
        """Tell whether the password is theirs; too many tries have to wait first, whoever they are for."""
        self.email.data = coordinators.key(self.email.data or "")
        if not self.email.data or not self.password.data:
            self.form_errors.append(_("Écrivez votre adresse électronique et votre mot de passe."))
            return False
        self.password.data = current_app.extensions["security"].password_util.normalize(self.password.data)
        tries = ((guesses.ADDRESS, address()), (guesses.PASSWORD, self.email.data))
        return not _too_many(self, *tries) and super().validate(**more)


class OneTimeCodeForm(TwoFactorVerifyCodeForm):
    """Six digits."""

    def validate(self, **more: Any) -> bool:
        """Tell whether the code is the one of this half minute, and not used yet."""
        self.code.data = "".join((self.code.data or "").split())
        return not _too_many(self, _code_of(self.user)) and super().validate(**more)


class RecoveryCodeForm(MfRecoveryForm):
    """One of the codes on paper."""

    def validate(self, **more: Any) -> bool:
        """Tell whether the code is one of theirs, and use it up."""
        return not _too_many(self, _code_of(self.user)) and super().validate(**more)


class AgainForm(VerifyForm):
    """The password once more, before something that matters."""

    def validate(self, **more: Any) -> bool:
        """Tell whether the password is theirs."""
        return _theirs(self.user, lambda: super(AgainForm, self).validate(**more), self)


class NewPasswordForm(ChangePasswordForm):
    """The password, and another in its place."""

    def validate(self, **more: Any) -> bool:
        """Tell whether the password is theirs and the new one good."""
        return _theirs(current_user, lambda: super(NewPasswordForm, self).validate(**more), self)


def _code_of(user: UserMixin | None) -> Try:
    return guesses.CODE, str(user.id if user else 0)


def _theirs(user: Any, check: Callable[[], bool], form: Any) -> bool:
    """Whoever sits at somebody else's desk does not guess their password either."""
    who = coordinators.key(user.email)
    if _too_many(form, (guesses.PASSWORD, who)) or not check():
        return False
    product().database.run(lambda session: guesses.forget(session, guesses.PASSWORD, who))
    return True


def _too_many(form: Any, *tries: Try) -> bool:
    """Count a try; say when the next one may come if there were too many."""
    at = product().clock.now()
    free_from = product().database.run(lambda session: guesses.begin(session, at, *tries))
    if free_from is not None:
        form.form_errors.append(later(free_from, at))
    return free_from is not None


def later(free_from: datetime, at: datetime) -> str:
    """Say from when on somebody may try again."""
    line = product().line
    hour, wait = words.hour(line.local(free_from)), words.lasting((free_from - at).total_seconds() + 1)
    sentence = _(
        "Trop d’essais : attendez %(wait)s, puis réessayez à partir de %(hour)s.", wait=wait, hour=hour
    )
    return str(sentence)
