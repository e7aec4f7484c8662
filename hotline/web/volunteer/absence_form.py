"""The form in which a volunteer says when they will be away."""

from datetime import date
from typing import Any

from wtforms import DateField, Field
from wtforms.validators import InputRequired, Optional, ValidationError

from hotline.web.volunteer.forms import A_DATE, FrenchForm, Readable, ahead


class AbsenceForm(FrenchForm):
    """From one day to another, both included; without the second until they come back."""

    since = DateField("À partir du", validators=[InputRequired(A_DATE), Readable(A_DATE)])
    until = DateField("Jusqu’au soir du", validators=[Optional(), Readable(A_DATE)])

    def __init__(self, entered: Any, *, today: date) -> None:
        super().__init__(entered, since=today)
        self._today = today

    def validate_since(self, field: Field) -> None:
        """The first day is today or later."""
        ahead(field.data, self._today)

    def validate_until(self, field: Field) -> None:
        """The last day does not come before the first."""
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError("Le dernier jour vient avant le premier : corrigez l’un des deux.")
