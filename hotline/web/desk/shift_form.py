"""The form of one shift: who listens, on which days and at what hours, from when until when."""

from datetime import time
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, RadioField, SelectField, SelectMultipleField, StringField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # too new for the stubs
from wtforms.validators import Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput

from hotline.models import Shift
from hotline.services.line import Line
from hotline.web.desk import hours_week
from hotline.web.volunteer.forms import A_DATE, FrenchForm, Readable
from hotline.web.volunteer.week import DAYS, write_daily, written_days

_AN_HOUR = Readable("Écrivez une heure, par exemple 14:30.")
_NAMES = (_l("lundi"), _l("mardi"), _l("mercredi"), _l("jeudi"), _l("vendredi"), _l("samedi"), _l("dimanche"))


class ShiftForm(FrenchForm):
    """One shift; the days and hours, or an expression for whatever those cannot say."""

    who = StringField(_l("Qui écoute"), validators=[Length(max=80, message="80 signes au plus.")])
    line = SelectField(_l("Quelle ligne"), choices=[])
    how = RadioField(
        _l("Quand"),
        choices=[
            SelectChoice("days", _l("Des jours de la semaine")),
            SelectChoice("expression", _l("Une expression")),
        ],
        default="days",
    )
    days = SelectMultipleField(
        _l("Jours"),
        choices=[SelectChoice(day, name) for day, name in zip(DAYS, _NAMES, strict=True)],
        option_widget=CheckboxInput(),
    )
    since = TimeField(_l("de"), validators=[Optional(), _AN_HOUR])
    until = TimeField(_l("à"), validators=[Optional(), _AN_HOUR])
    expression = StringField(_l("Expression OpenStreetMap"))
    first = DateField(_l("À partir du"), validators=[Optional(), Readable(A_DATE)])
    last = DateField(_l("Jusqu’au, compris"), validators=[Optional(), Readable(A_DATE)])

    def among(self, line: Line) -> Self:
        """Let one of several numbers be chosen; where there is one, nothing is asked."""
        if line.several:
            lines = [SelectChoice(one.number, one.name) for one in line.each]
            self.line.choices = [SelectChoice("", _("Toutes les lignes")), *lines]
        else:
            del self.line
        return self

    def validate_days(self, field: Field) -> None:
        """One day at least, where days are chosen."""
        if self.how.data == "days" and not field.data:
            raise ValidationError(_("Cochez un jour au moins."))

    def validate_until(self, field: Field) -> None:
        """Both hours, the later one after the earlier one, where days are chosen."""
        if self.how.data != "days":
            return
        if self.since.data is None or field.data is None:
            raise ValidationError(_("Donnez les deux heures."))
        if field.data <= self.since.data:
            raise ValidationError(_("L’heure de fin vient après celle du début."))

    def hears(self, known: Shift | None) -> str | None:
        """The number that was chosen, None for all; what a known shift hears where nothing was asked."""
        if self.line is None:
            return known.line if known else None
        return self.line.data or None

    @property
    def written(self) -> str:
        """The expression that was entered, or that says the same as days and hours."""
        if self.how.data == "expression" or self.since.data is None or self.until.data is None:
            return (self.expression.data or "").strip()
        chosen = [place for place, day in enumerate(DAYS) if day in (self.days.data or ())]
        return f"{written_days(chosen)} {write_daily((self.since.data, self.until.data))}"


def shown(available: str) -> dict[str, Any]:
    """The hours of a shift as the form's fields hold them."""
    week = hours_week.read(available)
    held = {spans for spans in week.days if spans} if week else set()
    if week is None or len(held) != 1 or week.closed_on_holidays or len(min(held)) != 1:
        return {"how": "expression", "expression": available}
    ((since, until),) = min(held)
    chosen = [day for day, spans in zip(DAYS, week.days, strict=True) if spans]
    return {"how": "days", "days": chosen, "since": since, "until": until, "expression": available}


def usual() -> dict[str, Any]:
    """What a new shift begins with."""
    return {"how": "days", "since": time(10), "until": time(12)}
