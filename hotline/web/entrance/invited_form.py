"""The form behind a one-time link: who somebody is, and the password of their choice."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, ValidationError

from hotline.models import Coordinator
from hotline.services.desk import passwords

RULE = _l("Douze caractères au moins, sans votre nom ni votre adresse : une petite phrase se retient bien.")


class InvitedForm(Form):
    """A name where there is none yet, and a password twice."""

    name = StringField(_l("Votre nom"))
    password = PasswordField(
        _l("Mot de passe"), validators=[InputRequired(_l("Choisissez un mot de passe."))]
    )
    again = PasswordField(
        _l("Le même mot de passe"),
        validators=[EqualTo("password", _l("Les deux ne sont pas pareils : écrivez deux fois le même."))],
    )

    def __init__(self, invited: Coordinator, entered: Any = None) -> None:
        super().__init__(entered)
        self._invited = invited

    def validate_name(self, field: Field) -> None:
        """Somebody without a name says theirs."""
        if not self._invited.name and not (field.data or "").strip():
            raise ValidationError(_l("Écrivez votre nom : vos collègues le verront à côté de vos notes."))

    def validate_password(self, field: Field) -> None:
        """The password is not one that can be guessed."""
        name = self._invited.name or self.name.data or ""
        if passwords.is_weak(field.data or "", name, self._invited.email):
            raise ValidationError(RULE)
