"""What the forms of a volunteer's page have in common: French sentences, at the field that they are about."""

from datetime import date, timedelta

from wtforms import Field, Form
from wtforms.validators import StopValidation, ValidationError

A_DATE = "Écrivez une date, par exemple 24/12/2026."
_FURTHEST = timedelta(days=366)


class FrenchForm(Form):
    """A form whose library says in French whatever we do not say ourselves."""

    class Meta:
        """How the library finds its sentences."""

        locales = ("fr",)


class Readable:
    """Say `sentence` where what was typed is none of what the field takes."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def __call__(self, _form: Form, field: Field) -> None:
        """Check one field; the library's own sentence gives way to ours."""
        if field.process_errors:
            field.errors = []
            raise StopValidation(self.sentence)


def ahead(day: date | None, today: date) -> None:
    """Raise ValidationError for a day that is over, or further away than a year."""
    if day is not None and day < today:
        raise ValidationError("Ce jour est déjà passé : choisissez aujourd’hui ou plus tard.")
    if day is not None and day > today + _FURTHEST:
        raise ValidationError("C’est dans plus d’un an : choisissez un jour plus proche.")
