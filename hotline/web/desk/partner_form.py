"""The form in which a coordinator writes down a partner: what cannot be read is said at its field."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from hotline.errors import HotlineError
from hotline.models import Partner
from hotline.models.status import LegalStatus, Need
from hotline.services import cells
from hotline.services.desk import partnership
from hotline.services.desk.partnership import TAKEN_BY_PARTNERS, Profile
from hotline.services.line import Line
from hotline.web.desk.labels import begun, label
from hotline.web.volunteer.forms import FrenchForm

Read = TypeVar("Read")
_LONGEST = Length(max=80, message=_l("Écrivez 80 signes au plus."))
_LONGER = Length(max=200, message=_l("Écrivez 200 signes au plus."))
_PLAIN = ("approval", "contact_name", "address", "city", "website", "note")
_SHOWN = (*_PLAIN, "name", "area", "hours", "phone", "email", "postcode")


class PartnerForm(FrenchForm):
    """Everything that is kept about a partner."""

    name = StringField(_l("Nom"), validators=[_LONGER])
    legal_status = SelectField(_l("Statut juridique"))
    approval = StringField(_l("Agrément"), validators=[_LONGER])
    needs = SelectMultipleField(_l("Besoins pris en charge"))
    area = StringField(_l("Où : codes postaux ou départements"), validators=[Length(max=400)])
    hours = StringField(_l("Quand"))
    contact_name = StringField(_l("Personne à contacter"), validators=[_LONGEST])
    phone = StringField(_l("Téléphone"), validators=[_LONGEST])
    email = StringField(_l("Adresse électronique"), validators=[_LONGER])
    address = StringField(_l("Adresse"), validators=[_LONGER])
    postcode = StringField(_l("Code postal"), validators=[_LONGEST])
    city = StringField(_l("Commune"), validators=[_LONGEST])
    website = StringField(_l("Site"), validators=[_LONGER])
    note = TextAreaField(_l("Note"), validators=[Length(max=2000, message=_l("2000 signes au plus."))])

    def __init__(self, entered: Any, *, line: Line, known: Partner | None = None) -> None:
        super().__init__(entered, data=_shown(known) if known else None)
        self._line = line
        self._read: dict[str, Any] = {}
        self.legal_status.choices = [(one.value, begun(label(one))) for one in LegalStatus]
        self.needs.choices = [(one.value, begun(label(one))) for one in TAKEN_BY_PARTNERS]

    @property
    def profile(self) -> Profile:
        """What was written down."""
        plain: dict[str, Any] = {name: (getattr(self, name).data or "").strip() or None for name in _PLAIN}
        needs = ",".join(need.value for need in TAKEN_BY_PARTNERS if need.value in (self.needs.data or []))
        return Profile(legal_status=LegalStatus(self.legal_status.data), needs=needs, **plain, **self._read)

    def validate_name(self, field: Field) -> None:
        """Every partner has a name."""
        self._read["name"] = " ".join((field.data or "").split())
        if not self._read["name"]:
            raise ValidationError(_("Il manque le nom."))

    def validate_area(self, field: Field) -> None:
        """Postcodes and départements, or everywhere."""
        self._read["area"] = self._cell(field, partnership.area)

    def validate_hours(self, field: Field) -> None:
        """Hours that can be read."""
        self._read["hours"] = self._cell(field, lambda text: cells.hours(text, self._line))

    def validate_phone(self, field: Field) -> None:
        """A number that the line may dial, or none."""
        read = self._cell(field, lambda text: cells.phone(text, self._line)) if field.data else None
        self._read["phone"] = read.e164 if read else None

    def validate_email(self, field: Field) -> None:
        """An address, or none."""
        self._read["email"] = self._cell(field, cells.email)

    def validate_postcode(self, field: Field) -> None:
        """A postcode, or none."""
        self._read["postcode"] = self._cell(field, cells.postcode)

    def _cell(self, field: Field, read: Callable[[str], Read]) -> Read:
        """Read a field, or say in a whole sentence why that cannot be."""
        try:
            return read((field.data or "").strip())
        except HotlineError as error:
            says = str(error).rstrip(".")
            raise ValidationError(f"{says[:1].upper()}{says[1:]}.") from error


def _shown(known: Partner) -> dict[str, Any]:
    return {
        **{name: getattr(known, name) or "" for name in _SHOWN},
        "legal_status": known.legal_status.value,
        "needs": [need.value for need in Need if need.value in known.needs.split(",")],
    }
