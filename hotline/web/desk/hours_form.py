"""The forms in which coordinators change the line's hours."""

from collections.abc import Sequence
from datetime import time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, FormField, RadioField, StringField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # too new for the stubs
from wtforms.validators import InputRequired, Length, Optional

from hotline.web.desk import hours_week
from hotline.web.desk.hours_week import Span, Week
from hotline.web.volunteer.forms import A_DATE, FrenchForm, Readable
from hotline.web.volunteer.week import DAYS

_AN_HOUR = Readable("Écrivez une heure, par exemple 14:30.")
_LONGEST_REASON = 120


class DayForm(FrenchForm):
    """The hours of one day of the week: two stretches at most, none on a day without."""

    since = TimeField(_l("de"), validators=[Optional(), _AN_HOUR])
    until = TimeField(_l("à"), validators=[Optional(), _AN_HOUR])
    since_again = TimeField(_l("puis de"), validators=[Optional(), _AN_HOUR])
    until_again = TimeField(_l("à"), validators=[Optional(), _AN_HOUR])

    def validate(self, extra_validators: Any = None) -> bool:
        """Both ends of a stretch are given or none, one after the other."""
        if not super().validate(extra_validators):
            return False
        ends = [moment for span in self.spans for moment in span]
        faults = []
        if any((since is None) != (until is None) for since, until in self._pairs()):
            faults.append(_("Donnez les deux heures, ou laissez les deux vides."))
        elif ends != sorted(set(ends)):
            faults.append(_("Les heures de ce jour se suivent : chacune vient après celle d’avant."))
        self.until.errors = faults
        return not faults

    @property
    def spans(self) -> tuple[Span, ...]:
        """The stretches that were entered."""
        return tuple((since, until) for since, until in self._pairs() if since and until)

    @property
    def faults(self) -> Sequence[str]:
        """What is wrong with this day."""
        return [str(says) for field in self for says in field.errors]

    def _pairs(self) -> list[tuple[time | None, time | None]]:
        return [(self.since.data, self.until.data), (self.since_again.data, self.until_again.data)]


class WeekForm(FrenchForm):
    """The seven days."""

    Mo = FormField(DayForm, _l("Lundi"))
    Tu = FormField(DayForm, _l("Mardi"))
    We = FormField(DayForm, _l("Mercredi"))
    Th = FormField(DayForm, _l("Jeudi"))
    Fr = FormField(DayForm, _l("Vendredi"))
    Sa = FormField(DayForm, _l("Samedi"))
    Su = FormField(DayForm, _l("Dimanche"))


class OpenForm(FrenchForm):
    """The line's usual hours, day by day or as an expression."""

    how = RadioField(
        _l("Comment les écrire"),
        choices=[
            SelectChoice("week", _l("Jour par jour")),
            SelectChoice("expression", _l("En une expression")),
        ],
        default="week",
    )
    week = FormField(WeekForm)
    closed_on_holidays = BooleanField(_l("Fermée les jours fériés"))
    expression = StringField(_l("Expression OpenStreetMap"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Only what was chosen counts."""
        super().validate(extra_validators)
        return not set(self.errors) - ({"week"} if self.how.data == "expression" else set())

    @property
    def written(self) -> str:
        """The expression that was entered, or that says the same as the week."""
        if self.how.data == "expression":
            return (self.expression.data or "").strip()
        days = tuple(getattr(self.week.form, day).form.spans for day in DAYS)
        return hours_week.write(Week(days, closed_on_holidays=self.closed_on_holidays.data))


class ClosureForm(FrenchForm):
    """Days on which the line stays closed, both included."""

    first = DateField(_l("Premier jour"), validators=[InputRequired(A_DATE), Readable(A_DATE)])
    last = DateField(_l("Dernier jour, compris"), validators=[Optional(), Readable(A_DATE)])
    reason = StringField(
        _l("Pourquoi"), validators=[Length(max=_LONGEST_REASON, message=f"{_LONGEST_REASON} signes au plus.")]
    )


class OpeningForm(FrenchForm):
    """What one day is open instead of its usual hours."""

    day = DateField(_l("Jour"), validators=[InputRequired(A_DATE), Readable(A_DATE)])
    hours = StringField(_l("Heures"), validators=[Length(max=80, message="80 signes au plus.")])


def shown(expression: str) -> dict[str, Any]:
    """The usual hours as the form's fields hold them."""
    week = hours_week.read(expression)
    if week is None:
        return {"how": "expression", "expression": expression}
    return {
        "how": "week",
        "week": {day: _ends(spans) for day, spans in zip(DAYS, week.days, strict=True)},
        "closed_on_holidays": week.closed_on_holidays,
        "expression": expression,
    }


def _ends(spans: Sequence[Span]) -> dict[str, time]:
    names = ("since", "until", "since_again", "until_again")
    return dict(zip(names, (moment for span in spans for moment in span), strict=False))
