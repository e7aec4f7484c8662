"""The form of a rhythm: every so many weeks or months, on which days, at what time, from when until when."""

from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import product
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, IntegerField, RadioField, SelectMultipleField, TimeField
from wtforms.validators import Optional, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, TextInput

from callflows import rhythm as words
from hotline import cadence as cadences
from hotline.cadence import BrokenCadence, Cadence
from hotline.models import Assignment
from hotline.models.status import HolidayPolicy
from hotline.services import planning, rhythms
from hotline.services.desk.giving import Rhythm
from hotline.services.line import Line
from hotline.web.desk.fields import options
from hotline.web.desk.room import pages
from hotline.web.i18n import language
from hotline.web.volunteer.forms import FrenchForm

SHOWN = 5
_MOST = {"week": 52, "month": 12}
_DAYS = (
    _l("lundi"),
    _l("mardi"),
    _l("mercredi"),
    _l("jeudi"),
    _l("vendredi"),
    _l("samedi"),
    _l("dimanche"),
)
_NTH = {
    1: _l("le premier"),
    2: _l("le deuxième"),
    3: _l("le troisième"),
    4: _l("le quatrième"),
    -1: _l("le dernier"),
}


class CadenceForm(FrenchForm):
    """When somebody is called regularly; `dates` are the next moments, once the form is valid."""

    unit = RadioField(
        _l("Combien de fois ?"),
        choices=options({"week": _l("Par semaines"), "month": _l("Par mois")}),
        default="week",
    )
    every = IntegerField(_l("Toutes les combien ?"), widget=TextInput(), default=1)
    nth = SelectMultipleField(
        _l("Lequel dans le mois ?"), choices=options(_NTH), coerce=int, option_widget=CheckboxInput()
    )
    weekdays = SelectMultipleField(
        _l("Quels jours ?"),
        choices=options(dict(enumerate(_DAYS))),
        coerce=int,
        option_widget=CheckboxInput(),
    )
    at = TimeField(_l("À quelle heure ?"), validators=[Optional()])
    starts_on = DateField(_l("À partir du"), validators=[Optional()])
    ends_on = DateField(_l("Jusqu’au (vide : sans fin)"), validators=[Optional()])
    holidays = RadioField(
        _l("Les jours fériés"),
        choices=options(
            {
                HolidayPolicy.KEEP.value: _l("appeler quand même"),
                HolidayPolicy.SKIP.value: _l("ne pas appeler"),
                HolidayPolicy.MOVE.value: _l("appeler le lendemain"),
            }
        ),
        default=HolidayPolicy.KEEP.value,
    )

    def __init__(self, entered: Any, *, line: Line, at: datetime, known: Rhythm | None = None) -> None:
        super().__init__(entered, data=_shown(known, line.local(at)))
        self._line, self._now = line, at
        self.dates: Sequence[datetime] = ()

    def validate_every(self, field: Field) -> None:
        """A number that makes sense for weeks or months."""
        most = _MOST.get(self.unit.data, 1)
        field.errors = []
        if field.data is None or not 1 <= field.data <= most:
            raise StopValidation(_("Écrivez un nombre de 1 à %(most)s.", most=most))

    def validate_nth(self, field: Field) -> None:
        """Calls of every month need to say which weekday of it."""
        if self.unit.data == "month" and not field.data:
            raise ValidationError(_("Dites lequel : le premier, le dernier…"))

    def validate_weekdays(self, field: Field) -> None:
        """At least one day."""
        if not field.data:
            raise ValidationError(_("Choisissez au moins un jour."))

    def validate(self, extra_validators: Any = None) -> bool:
        """The fields make a rhythm whose calls lie ahead, at an hour decent for calls."""
        _of_times(self.at, _("Écrivez une heure, par exemple 14:30."))
        valid = super().validate(extra_validators)
        if self.at.data is None and not self.at.errors:
            self.at.errors = [_("Écrivez une heure, par exemple 14:30.")]
        if not valid or self.at.errors:
            return False
        return self._has_dates()

    @property
    def rhythm(self) -> Rhythm:
        """The rhythm that was entered; only of a valid form."""
        cadence = self._cadence()
        since = self.starts_on.data or rhythms.first_day(self._line, cadence, self._now)
        return Rhythm(cadence, since, self.ends_on.data, HolidayPolicy(self.holidays.data))

    @property
    def says(self) -> str:
        """The rhythm in words; only of a valid form."""
        return said(self._cadence())

    def look(self) -> None:
        """Find the next dates of what the form begins with, without a word about what is still missing."""
        CadenceForm.validate(self)
        for field in self:
            field.errors = []

    def _has_dates(self) -> bool:
        entered = self.rhythm
        self.dates = _dates(self._line, entered, self._now)
        if not self.dates:
            self.ends_on.errors = [_("Ce rythme n’a aucune date à venir : donnez une fin plus tardive.")]
        elif not self._line.call_hours.is_open(self.dates[0]):
            self.at.errors = [_("Personne n’est appelé à cette heure-là : choisissez-en une plus décente.")]
        if self.at.errors:
            self.dates = ()
        return bool(self.dates)

    def _cadence(self) -> Cadence:
        weekdays = tuple(sorted(self.weekdays.data or ()))
        nth = tuple(product(self.nth.data or (), weekdays)) if self.unit.data == "month" else ()
        at = self.at.data or time()
        return cadences.parse(str(Cadence(int(self.every.data or 1), () if nth else weekdays, nth, at)))


def of(assignment: Assignment) -> Rhythm | None:
    """Return the rhythm of an assignment, None for one that has none."""
    if assignment.cadence is None:
        return None
    cadence = cadences.parse(assignment.cadence)
    return Rhythm(cadence, assignment.starts_on, assignment.ends_on, assignment.holidays)


def wished(text: str | None) -> Rhythm | None:
    """Return the rhythm that a request asks for, None where it asks for none that can be read."""
    try:
        return Rhythm(cadences.parse(text)) if text else None
    except BrokenCadence:
        return None


def said(cadence: Cadence) -> str:
    """Write a cadence in the page's language: "chaque mardi à 15 h"."""
    if cadence.nth:
        return words.monthly(cadence.nth, cadence.every, cadence.at, language())
    return words.weekly(cadence.weekdays, cadence.every, cadence.at, language())


def rhythm(text: str | None) -> str:
    """Write a cadence as it is kept in words; empty for none, and for one that cannot be read."""
    try:
        return said(cadences.parse(text)) if text else ""
    except BrokenCadence:
        return ""


pages.add_app_template_filter(rhythm, "rhythm")


def _dates(line: Line, entered: Rhythm, at: datetime) -> list[datetime]:
    if entered.cadence is None or entered.starts_on is None:
        return []
    return planning.next_dates(
        line,
        entered.cadence,
        entered.starts_on,
        at,
        SHOWN,
        holidays=entered.holidays,
        until=entered.ends_on,
    )


def _shown(known: Rhythm | None, now: datetime) -> dict[str, Any]:
    """Return the fields as they begin: the rhythm that there is, else every week like today."""
    if known is None or known.cadence is None:
        return {"every": 1, "weekdays": [now.weekday()], "nth": [1], "starts_on": _date(known)}
    cadence = known.cadence
    return {
        "unit": "month" if cadence.nth else "week",
        "every": cadence.every,
        "nth": sorted({n for n, _day in cadence.nth}) or [1],
        "weekdays": sorted({day for _n, day in cadence.nth} | set(cadence.weekdays)),
        "at": cadence.at,
        "starts_on": known.starts_on,
        "ends_on": known.ends_on,
        "holidays": known.holidays.value,
    }


def _date(known: Rhythm | None) -> date | None:
    return known.starts_on if known else None


def _of_times(field: TimeField, sentence: str) -> None:
    """Let our sentence stand for the library's where no time was read."""
    if field.process_errors:
        field.process_errors = [sentence]
