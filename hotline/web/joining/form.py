"""The form of `/benevole`: who somebody is, when they can phone, what they agree to; and that of the code."""

import re
from datetime import date
from typing import Any

from wtforms import BooleanField, Field, SelectMultipleField, StringField
from wtforms.validators import InputRequired, ValidationError

from callflows.spoken import written_number
from hotline.phone import InvalidNumber, dialable, parse
from hotline.services import cells
from hotline.services.desk.availability import PARTS
from hotline.services.eligibility import YOUNGEST, age
from hotline.services.joining import Entered
from hotline.services.line import Line
from hotline.web.joining import grid
from hotline.web.volunteer import words
from hotline.web.volunteer.forms import FrenchForm
from hotline.web.volunteer.person_form import PersonForm, language_names
from hotline.web.volunteer.week import DAYS

_OLDEST = 110
_SAME = ("first_name", "last_name", "email", "postcode", "on_site")
_A_DATE = "Écrivez votre date de naissance, par exemple 12/03/1958."
_A_MOBILE = "Écrivez un numéro de mobile, par exemple 06 39 98 01 02 : nous y envoyons un code par SMS."
_TYPED_DATE = re.compile(r"(\d{1,2})[ /.-]?(\d{1,2})[ /.-]?(\d{4})")
_BOXES = {f"{name}-{part}": (day, part) for day, name in enumerate(DAYS) for part in range(len(PARTS))}


class RegistrationForm(PersonForm):
    """Everything that a registration asks; `subject` is left empty by people, who do not see it."""

    phone = StringField("Téléphone mobile")
    birth_date = StringField("Date de naissance")
    hours = SelectMultipleField(
        "Quand pouvez-vous appeler ?", choices={box: box for box in _BOXES}, validate_choice=False
    )
    charter = BooleanField(
        "J’ai lu la charte et je m’engage à la suivre",
        validators=[InputRequired("Pour vous inscrire, il faut accepter la charte.")],
    )
    privacy = BooleanField(
        "J’ai lu comment mes informations sont gardées, et j’accepte",
        validators=[InputRequired("Pour vous inscrire, il faut accepter que nous les gardions.")],
    )
    subject = StringField("Ne remplissez pas ce champ")

    def __init__(self, entered: Any, *, line: Line, today: date, known: Entered | None = None) -> None:
        super().__init__(entered, data=_shown(known) if known else None)
        self._line, self._today = line, today

    @property
    def entered(self) -> Entered:
        """What was typed, once it is valid."""
        boxes = [_BOXES[name] for name in self.hours.data or () if name in _BOXES]
        return Entered(available=grid.write(boxes), on_site=bool(self.on_site.data), **self.read)

    def validate_phone(self, field: Field) -> None:
        """A mobile to which the line may write; whose it is does not matter here."""
        try:
            number = parse((field.data or "").strip())
        except InvalidNumber as error:
            raise ValidationError(_A_MOBILE) from error
        if not (number.textable and dialable(number, self._line.config.limits.countries)):
            raise ValidationError(_A_MOBILE)
        if number.e164 in self._line.ours:
            raise ValidationError("C’est notre propre numéro : écrivez le vôtre.")
        self.read["number"] = number

    def validate_birth_date(self, field: Field) -> None:
        """Sixteen or more."""
        found = _TYPED_DATE.fullmatch((field.data or "").strip())
        try:
            born = cells.day("/".join(found.groups()) if found else (field.data or "").strip())
        except cells.CellError as error:
            raise ValidationError(_A_DATE) from error
        years = age(born.isoformat(), self._today) if born else None
        if born is None or years is None or not 0 <= years <= _OLDEST:
            raise ValidationError(_A_DATE)
        if years < YOUNGEST:
            raise ValidationError(_too_young(born))
        self.read["birth_date"] = born.isoformat()


class CodeForm(FrenchForm):
    """Six digits."""

    code = StringField("Le code reçu par SMS")

    @property
    def digits(self) -> str:
        """What was typed, without spaces."""
        return "".join((self.code.data or "").split())


def _too_young(born: date) -> str:
    """Say kindly from when on somebody is welcome."""
    since = words.full_day(born.replace(year=born.year + YOUNGEST))
    return (
        f"Merci de vouloir aider ! Il faut avoir {YOUNGEST} ans : nous serons heureux de vous accueillir "
        f"à partir du {since}. Rien n’a été gardé."
    )


def _shown(known: Entered) -> dict[str, Any]:
    """What somebody typed before, as the form's fields hold it."""
    boxes = grid.read(known.available) or frozenset()
    return {
        **{
            name: getattr(known, name) for name in ("first_name", "last_name", "email", "postcode", "on_site")
        },
        "phone": written_number(known.number.e164),
        "birth_date": f"{date.fromisoformat(known.birth_date):%d/%m/%Y}",
        "languages": language_names(known.languages),
        "hours": [name for name, box in _BOXES.items() if box in boxes],
        "charter": True,
        "privacy": True,
    }
