"""The form in which a contact is typed in."""

from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, Form, IntegerField, RadioField, StringField, TextAreaField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # too new for the stubs
from wtforms.validators import Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from hotline.errors import HotlineError
from hotline.models.status import ContactKind
from hotline.services import cells
from hotline.services.desk import search
from hotline.services.desk.contacts_by_hand import Typed
from hotline.services.line import Line
from hotline.web.desk.people_words import UNREADABLE_NUMBER
from hotline.web.volunteer.forms import Readable

KINDS = [
    SelectChoice(ContactKind.HANDSET_CALL.value, _l("Appel")),
    SelectChoice(ContactKind.HANDSET_MESSAGE.value, _l("SMS")),
    SelectChoice(ContactKind.VISIT.value, _l("Visite")),
    SelectChoice(ContactKind.LETTER.value, _l("Lettre")),
]
LETTERS = {
    ContactKind.HANDSET_CALL.value: "a",
    ContactKind.HANDSET_MESSAGE.value: "s",
    ContactKind.VISIT.value: "v",
    ContactKind.LETTER.value: "l",
    "yes": "o",
    "no": "n",
}
"""The key that makes each choice."""
_A_DATE = _l("Écrivez une date, par exemple 24/12/2026.")
_AN_HOUR = _l("Écrivez une heure, par exemple 14:30.")


def _tidy(typed: str | None) -> str:
    return " ".join((typed or "").split())


class ContactForm(Form):
    """Who, how, what they said, whether they want a call, and when it was: now unless told otherwise."""

    who = StringField(
        _l("Qui ? Nom ou numéro"),
        filters=[_tidy],
        validators=[Length(max=120, message=_l("C’est trop long pour un nom."))],
    )
    caller = IntegerField(widget=HiddenInput(), validators=[Optional()])
    number = StringField(_l("Son numéro, s’il est connu"), filters=[_tidy])
    names = StringField(
        _l("Son nom, s’il est connu"),
        filters=[_tidy],
        validators=[Length(max=120, message=_l("C’est trop long pour un nom."))],
    )
    kind = RadioField(_l("Comment ?"), choices=KINDS, default=ContactKind.HANDSET_CALL.value)
    words = TextAreaField(
        _l("Ce qui s’est dit"),
        filters=[lambda typed: (typed or "").strip()],
        validators=[Length(max=4000, message=_l("C’est un peu long : restez sous 4 000 caractères."))],
        render_kw={"rows": 3},
    )
    wants_call = RadioField(
        _l("Rappel souhaité ?"),
        choices=[SelectChoice("yes", _l("Oui")), SelectChoice("no", _l("Non"))],
        default="yes",
    )
    day = DateField(_l("Jour"), validators=[Optional(), Readable(str(_A_DATE))])
    hour = TimeField(_l("Heure"), validators=[Optional(), Readable(str(_AN_HOUR))])

    def __init__(self, entered: Any, *, line: Line, at: datetime, **shown: Any) -> None:
        super().__init__(entered, **shown)
        self._line, self._at = line, at

    def validate_who(self, field: Field) -> None:
        """Somebody is named, picked, or at least reached at a number."""
        if self.caller.data is None and not field.data:
            raise ValidationError(_("Écrivez un nom ou un numéro, même un prénom seul."))
        if self.caller.data is None and search.is_number(field.data):
            self._dialled(field)

    def validate_number(self, field: Field) -> None:
        """The number of somebody new can be read."""
        if field.data and self.caller.data is None:
            self._dialled(field)

    def validate_hour(self, _field: Field) -> None:
        """A contact has taken place."""
        if self.moment > self._at:
            raise ValidationError(_("Ce moment n’est pas encore venu : corrigez le jour ou l’heure."))

    def _dialled(self, field: Field) -> None:
        try:
            cells.phone(field.data, self._line)
        except HotlineError as error:
            raise ValidationError(str(UNREADABLE_NUMBER)) from error

    @property
    def moment(self) -> datetime:
        """When it was: now, today at an hour, or another day."""
        if self.day.data is None and self.hour.data is None:
            return self._at
        now = self._line.local(self._at)
        day: date = self.day.data or now.date()
        if day == now.date() and self.hour.data is None:
            return self._at
        return datetime.combine(day, self.hour.data or time(12), self._line.zone)

    @property
    def typed(self) -> Typed:
        """What was typed in."""
        by_number = search.is_number(self.who.data or "")
        return Typed(
            kind=ContactKind(self.kind.data),
            words=self.words.data or "",
            wants_call=self.wants_call.data == "yes",
            at=self.moment,
            caller_id=self.caller.data,
            names=(self.names.data if by_number else self.who.data) or "",
            number=(self.who.data if by_number else self.number.data) or "",
        )
