"""The form of what somebody chooses about their own pages."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # too new for the stubs
from wtforms.validators import DataRequired, Length

from hotline.models.status import Role
from hotline.web.desk.labels import label
from hotline.web.i18n import LANGUAGES

THEMES = [
    SelectChoice("auto", _l("comme mon appareil")),
    SelectChoice("light", _l("clair")),
    SelectChoice("dark", _l("sombre")),
]


class AccountForm(Form):
    """Name, language and looks."""

    name = StringField(
        _l("Votre nom"),
        filters=[lambda text: " ".join((text or "").split())],
        validators=[
            DataRequired(_l("Écrivez votre nom : vos collègues le voient à côté de vos notes.")),
            Length(max=80, message=_l("Quatre-vingts caractères suffisent : raccourcissez.")),
        ],
    )
    language = SelectField(_l("Langue"), choices=[SelectChoice(*one) for one in LANGUAGES.items()])
    theme = RadioField(_l("Couleurs"), choices=THEMES)
    large_text = BooleanField(_l("Grands caractères"))
    shortcuts = BooleanField(_l("Raccourcis clavier (touche « ? » pour les voir)"), id="with-shortcuts")


class InviteForm(Form):
    """Somebody who is to have a place at the desk."""

    email = StringField(
        _l("Adresse électronique"),
        filters=[lambda text: (text or "").strip()],
        validators=[DataRequired(_l("Écrivez son adresse électronique."))],
    )
    name = StringField(_l("Nom (facultatif)"))
    role = SelectField(
        _l("Rôle"), choices=[SelectChoice(role.value, label(role)) for role in Role], default=Role.COORDINATOR
    )
