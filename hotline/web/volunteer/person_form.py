"""What a person writes about themselves, when they register and later on their page."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from babel import Locale
from wtforms import BooleanField, Field, StringField
from wtforms.validators import Length, ValidationError

from hotline.errors import HotlineError
from hotline.services import cells
from hotline.web.volunteer.forms import FrenchForm

_MOST_LANGUAGES = 80
_LONG_ENOUGH = Length(max=80, message="C’est trop long : 80 signes au plus.")
_POSTCODE = re.compile(r"\d{5}")
Read = TypeVar("Read")


class PersonForm(FrenchForm):
    """Names, mail, place, languages; what was read of each field is in `read`."""

    first_name = StringField("Prénom", validators=[_LONG_ENOUGH])
    last_name = StringField("Nom", validators=[_LONG_ENOUGH])
    email = StringField(
        "Adresse électronique (facultatif)",
        validators=[Length(max=200, message="Cette adresse est trop longue.")],
    )
    postcode = StringField("Code postal", validators=[_LONG_ENOUGH])
    languages = StringField("Langues que vous parlez", default="français", validators=[_LONG_ENOUGH])
    on_site = BooleanField("J’accepte aussi d’aider sur place, près de chez moi (courses, livraisons)")

    def __init__(self, entered: Any, **more: Any) -> None:
        super().__init__(entered, **more)
        self.read: dict[str, Any] = {}

    def validate_first_name(self, field: Field) -> None:
        """Everybody has a first name."""
        self.read["first_name"] = self._some(field, "Écrivez votre prénom.")

    def validate_last_name(self, field: Field) -> None:
        """And a name."""
        self.read["last_name"] = self._some(field, "Écrivez votre nom.")

    def validate_email(self, field: Field) -> None:
        """An address, or none."""
        self.read["email"] = self.cell(field, cells.email)

    def validate_postcode(self, field: Field) -> None:
        """Five digits."""
        typed = "".join((field.data or "").split())
        if not (typed.isascii() and _POSTCODE.fullmatch(typed)):
            raise ValidationError("Écrivez les cinq chiffres de votre code postal, par exemple 05100.")
        self.read["postcode"] = typed

    def validate_languages(self, field: Field) -> None:
        """Names of languages."""
        codes = self.cell(field, cells.languages)
        if len(codes) > _MOST_LANGUAGES:
            raise ValidationError("Ce sont beaucoup de langues : gardez les principales.")
        self.read["languages"] = codes

    def cell(self, field: Field, read: Callable[[str], Read]) -> Read:
        """Read a field, or say in a whole sentence why that cannot be."""
        try:
            return read((field.data or "").strip())
        except HotlineError as error:
            says = str(error).rstrip(".")
            raise ValidationError(f"{says[:1].upper()}{says[1:]}.") from error

    def _some(self, field: Field, sentence: str) -> str:
        typed = " ".join((field.data or "").split())
        if not typed:
            raise ValidationError(sentence)
        return typed


def language_names(codes: str) -> str:
    """Write languages in French: "français, arabe"."""
    names = Locale("fr").languages
    return ", ".join(str(names.get(code, code)) for code in codes.split(","))
