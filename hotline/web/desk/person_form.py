"""The form of what somebody prefers and consents to."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # too new for the stubs
from wtforms.validators import Length, ValidationError

from hotline.errors import HotlineError
from hotline.models import Caller, Request
from hotline.models.status import Channel, Preference
from hotline.services import cells
from hotline.services.line import Line
from hotline.services.requests import TELEMARKETER
from hotline.web.desk.people_words import UNREADABLE_NUMBER
from hotline.web.desk.spans import language_names

_LONG = Length(max=200, message=_l("C’est un peu long : restez sous 200 caractères."))
PRIORITIES = {
    "0": _l("ordinaire"),
    "1": _l("avant les autres"),
    "2": _l("urgente"),
    str(TELEMARKETER): _l("après les autres"),
}
_PLAIN = ("names", "email", "postcode", "language", "wished_hours", "note", "contact_name")
_TICKS = ("hears_association", "takes_machine_messages", "contact_consent")


def _choices(labels: Mapping[str, object]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in labels.items()]


def _tidy(typed: str | None) -> str:
    return " ".join((typed or "").split())


class PersonForm(Form):
    """Everything that the team notes about somebody; an empty number of their trusted person is kept."""

    names = StringField(_l("Prénom et nom"), filters=[_tidy], validators=[_LONG])
    postcode = StringField(
        _l("Code postal"),
        filters=[_tidy],
        validators=[Length(max=12, message=_l("Cinq chiffres suffisent."))],
    )
    email = StringField(_l("Adresse électronique"), filters=[_tidy], validators=[_LONG])
    language = StringField(_l("Langue dans laquelle on lui parle"), filters=[_tidy], validators=[_LONG])
    wished_hours = StringField(_l("Heures auxquelles l’appeler"), filters=[_tidy])
    prefers = RadioField(
        _l("Qui l’appelle ?"),
        choices=[
            SelectChoice(Preference.STEADY.value, _l("toujours la même voix")),
            SelectChoice(Preference.ROTATION.value, _l("des voix différentes")),
        ],
    )
    channel = RadioField(
        _l("Préfère"),
        choices=[
            SelectChoice(Channel.PHONE.value, _l("le téléphone")),
            SelectChoice(Channel.VISIO.value, _l("la visio")),
            SelectChoice(Channel.MAIL.value, _l("les courriels")),
        ],
    )
    hears_association = BooleanField(_l("Le bénévole peut nommer l’association en se présentant"))
    takes_machine_messages = BooleanField(_l("On peut laisser un message sur son répondeur"))
    contact_name = StringField(_l("Nom de la personne de confiance"), filters=[_tidy], validators=[_LONG])
    contact_phone = StringField(_l("Son téléphone"), filters=[_tidy], validators=[_LONG])
    contact_forget = BooleanField(_l("Oublier ce téléphone"))
    contact_consent = BooleanField(
        _l("Elle est d’accord : on peut prévenir cette personne quand elle ne répond plus")
    )
    priority = SelectField(_l("Priorité de sa demande"), choices=_choices(PRIORITIES))
    note = TextAreaField(
        _l("À savoir, pour l’équipe"),
        validators=[Length(max=2000, message=_l("C’est un peu long : restez sous 2 000 caractères."))],
        render_kw={"rows": 4},
    )

    def __init__(self, entered: Any, *, caller: Caller, request: Request | None, line: Line) -> None:
        shown = {name: getattr(caller, name) for name in (*_PLAIN, *_TICKS)}
        shown |= {
            "language": language_names(caller.language),
            "prefers": caller.prefers.value,
            "channel": caller.channel.value,
            "priority": str(request.priority if request else 0),
        }
        super().__init__(entered, data=shown)
        self.caller, self._line = caller, line
        self.waits = request is not None
        if request is None:
            del self.priority
        elif self.priority.data not in PRIORITIES and request.priority:
            self.priority.choices = _choices({**PRIORITIES, str(request.priority): str(request.priority)})

    @property
    def given(self) -> dict[str, object]:
        """What was entered and is not so already, under the names of the columns."""
        noted: dict[str, object] = {name: getattr(self, name).data or "" for name in _PLAIN}
        noted |= {name: getattr(self, name).data for name in _TICKS}
        noted |= {
            "prefers": Preference(self.prefers.data),
            "channel": Channel(self.channel.data),
            "language": cells.languages(self.language.data or ""),
        }
        noted |= {name: noted[name] or None for name in ("contact_name", "note")}
        new = {name: value for name, value in noted.items() if (value or None) != (self._known(name) or None)}
        if self.contact_phone.data or self.contact_forget.data:
            new["contact_phone"] = self.contact_phone.data or ""
        if self.waits and self.priority.data != self.priority.object_data:
            new["priority"] = self.priority.data
        return new

    def _known(self, name: str) -> object:
        return getattr(self.caller, name)

    def validate_email(self, field: Field) -> None:
        """An address looks like one."""
        _read(cells.email, field, _("Cette adresse ne se lit pas : écrivez-la comme nom@exemple.fr."))

    def validate_channel(self, field: Field) -> None:
        """Mails need an address."""
        if field.data == Channel.MAIL.value and not self.email.data:
            raise ValidationError(_("Pour écrire à cette personne, il faut son adresse électronique."))

    def validate_language(self, field: Field) -> None:
        """One language, by its name or its code."""
        _read(
            cells.languages, field, _("Cette langue n’est pas connue : écrivez son nom, par exemple arabe.")
        )
        if "," in cells.languages(field.data):
            raise ValidationError(_("Une seule langue par personne : celle dans laquelle on lui parle."))

    def validate_wished_hours(self, field: Field) -> None:
        """The hours can be read."""
        try:
            cells.hours(field.data, self._line)
        except HotlineError as error:
            raise ValidationError(str(error)) from error

    def validate_contact_phone(self, field: Field) -> None:
        """The number can be dialled; an empty one leaves what is there."""
        if field.data:
            _read(lambda typed: cells.phone(typed, self._line), field, str(UNREADABLE_NUMBER))

    def validate_contact_consent(self, field: Field) -> None:
        """Consent to tell somebody needs a way to tell them."""
        kept = self.caller.contact_phone is not None and not self.contact_forget.data
        if field.data and not (self.contact_phone.data or kept):
            raise ValidationError(_("Pour prévenir cette personne, il faut aussi son téléphone."))


def _read(read: Callable[[str], object], field: Field, says: str) -> None:
    try:
        read(field.data)
    except HotlineError as error:
        raise ValidationError(says) from error
