"""The form in which a coordinator writes down a volunteer: every field reads as a cell of an import does."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import BooleanField, Field, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from hotline.errors import HotlineError
from hotline.models import Volunteer
from hotline.services import cells, eligibility
from hotline.services.desk import team
from hotline.services.desk.membership import Profile
from hotline.services.line import Line
from hotline.web.volunteer.forms import FrenchForm

Read = TypeVar("Read")
_LONGEST = Length(max=80, message="Écrivez 80 signes au plus.")
_LONGEST_NOTE = 2000
_PLAIN = ("first_name", "last_name", "email", "postcode", "languages", "available", "quiet", "note")
_TICKS = ("takes_calls", "on_site", "by_mail", "trainee")


class VolunteerForm(FrenchForm):
    """Everything that is kept about a volunteer; an empty number leaves that of somebody known as it is."""

    first_name = StringField(_l("Prénom"), validators=[_LONGEST])
    last_name = StringField(_l("Nom"), validators=[_LONGEST])
    phone = StringField(_l("Téléphone"), validators=[_LONGEST])
    email = StringField(
        _l("Adresse électronique"), validators=[Length(max=200, message="Cette adresse est trop longue.")]
    )
    birth_date = StringField(_l("Date de naissance"), validators=[_LONGEST])
    postcode = StringField(_l("Code postal"), validators=[_LONGEST])
    languages = StringField(_l("Langues"), default="fr", validators=[_LONGEST])
    available = StringField(_l("Heures de disponibilité"))
    quiet = StringField(_l("Heures de calme"))
    capacity = StringField(_l("Nombre de personnes, au plus"), default="1", validators=[_LONGEST])
    weekly_cap = StringField(_l("Appels par semaine, au plus"), validators=[_LONGEST])
    takes_calls = BooleanField(_l("Ses personnes peuvent le joindre en appelant la ligne"), default=True)
    on_site = BooleanField(_l("Accepte aussi des missions sur place"))
    by_mail = BooleanField(_l("Écrit aussi aux personnes qui préfèrent les courriels"))
    trainee = BooleanField(_l("Débute : appelle en tandem avec un tuteur"))
    mentor = StringField(_l("Tuteur : son nom ou son numéro"), validators=[_LONGEST])
    note = TextAreaField(
        _l("Note"), validators=[Length(max=_LONGEST_NOTE, message=f"{_LONGEST_NOTE} signes au plus.")]
    )

    def __init__(
        self, entered: Any, *, session: Session, line: Line, today: date, known: Volunteer | None = None
    ) -> None:
        super().__init__(entered, data=_shown(session, known) if known else None)
        self._session, self._line, self._today, self._known = session, line, today, known
        self._read: dict[str, Any] = {}

    @property
    def profile(self) -> Profile:
        """What was written down."""
        last_name, note = (self.last_name.data or "").strip(), (self.note.data or "").strip()
        read: dict[str, Any] = {"number": None, "mentor": None} | self._read
        read |= {name: bool(getattr(self, name).data) for name in _TICKS}
        return Profile(last_name=last_name, note=note or None, **read)

    def validate_first_name(self, field: Field) -> None:
        """Everybody has a first name."""
        self._read["first_name"] = (field.data or "").strip()
        if not self._read["first_name"]:
            raise ValidationError(_("Il manque le prénom."))

    def validate_phone(self, field: Field) -> None:
        """A number that the line may dial; somebody known may keep theirs."""
        if self._known is None or field.data:
            self._read["number"] = self._cell(field, lambda text: cells.phone(text, self._line))

    def validate_email(self, field: Field) -> None:
        """An address, or none."""
        self._read["email"] = self._cell(field, cells.email)

    def validate_birth_date(self, field: Field) -> None:
        """The birthday of somebody of 16 or more, or none."""
        self._read["birth_date"] = self._cell(
            field, lambda text: cells.birth_date(text, self._today, youngest=eligibility.YOUNGEST)
        )

    def validate_postcode(self, field: Field) -> None:
        """A postcode, or none."""
        self._read["postcode"] = self._cell(field, cells.postcode)

    def validate_by_mail(self, field: Field) -> None:
        """Whoever writes has an address."""
        if field.data and not self.email.data:
            raise ValidationError(_("Pour écrire aux personnes, il faut une adresse électronique."))

    def validate_languages(self, field: Field) -> None:
        """Codes or names of languages."""
        self._read["languages"] = self._cell(field, cells.languages)

    def validate_available(self, field: Field) -> None:
        """Hours that can be read."""
        self._read["available"] = self._cell(field, lambda text: cells.hours(text, self._line))

    def validate_quiet(self, field: Field) -> None:
        """Hours that can be read."""
        self._read["quiet"] = self._cell(field, lambda text: cells.hours(text, self._line))

    def validate_capacity(self, field: Field) -> None:
        """How many people they phone at most."""
        self._read["capacity"] = self._cell(field, cells.capacity)

    def validate_weekly_cap(self, field: Field) -> None:
        """How many calls a week they make at most."""
        self._read["weekly_cap"] = self._cell(field, cells.weekly_cap)

    def validate_mentor(self, field: Field) -> None:
        """Somebody of the team, for a trainee."""
        if self.trainee.data and field.data:
            self._read["mentor"] = self._cell(field, lambda text: team.meant(self._session, text))

    def _cell(self, field: Field, read: Callable[[str], Read]) -> Read:
        """Read a field, or say in a whole sentence why that cannot be."""
        try:
            return read((field.data or "").strip())
        except HotlineError as error:
            says = str(error).rstrip(".")
            raise ValidationError(f"{says[:1].upper()}{says[1:]}.") from error


def _shown(session: Session, known: Volunteer) -> dict[str, Any]:
    """What is known of a volunteer, as the form's fields hold it; the number stays masked elsewhere."""
    mentor = session.get(Volunteer, known.mentor_id) if known.mentor_id else None
    born = date.fromisoformat(known.birth_date) if known.birth_date else None
    return {
        **{name: getattr(known, name) or "" for name in _PLAIN},
        **{name: getattr(known, name) for name in _TICKS},
        "birth_date": f"{born:%d/%m/%Y}" if born else "",
        "capacity": str(known.capacity),
        "weekly_cap": "" if known.weekly_cap is None else str(known.weekly_cap),
        "mentor": f"{mentor.first_name} {mentor.last_name}".strip() if mentor else "",
    }
