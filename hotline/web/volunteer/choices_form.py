"""The form in which a volunteer says when they may be asked and called, and how much."""

from typing import Any

from wtforms import BooleanField, FormField, IntegerField, RadioField, StringField, TimeField
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import TextInput

from hotline.services.volunteer_choices import MOST_PEOPLE, Choices
from hotline.web.volunteer import week
from hotline.web.volunteer.forms import FrenchForm, Readable

MOST_CALLS = 50
_AN_HOUR = "Écrivez une heure, par exemple 14:30."
_PEOPLE = f"Écrivez un nombre de personnes en chiffres, de 0 à {MOST_PEOPLE}."
_CALLS = f"Écrivez un nombre d’appels en chiffres, de 1 à {MOST_CALLS}, ou laissez vide."
_BOTH = "Donnez les deux heures, ou laissez les deux vides."
_NO_HOURS = "Donnez les heures d’un jour au moins, ou choisissez une autre réponse."
_NO_CALM = "Dites de quelle heure à quelle heure, ou répondez non."
_WHICH = "Choisissez une de ces réponses."


class SpanForm(FrenchForm):
    """One stretch of the day, or none; it may pass over midnight."""

    since = TimeField("de", validators=[Optional(), Readable(_AN_HOUR)])
    until = TimeField("à", validators=[Optional(), Readable(_AN_HOUR)])

    def validate(self, extra_validators: Any = None) -> bool:
        """Both ends are given or none, and they differ."""
        if not super().validate(extra_validators):
            return False
        says = self.fault()
        if says:
            self.until.errors = [says]
        return not says

    def fault(self) -> str | None:
        """Say what is wrong with the stretch as a whole."""
        if (self.since.data is None) != (self.until.data is None):
            return _BOTH
        if self.since.data is not None and self.since.data == self.until.data:
            return "Les deux heures sont les mêmes : corrigez l’une des deux."
        return None

    @property
    def span(self) -> week.Span | None:
        """The stretch that was entered."""
        if self.since.data is None or self.until.data is None:
            return None
        return self.since.data, self.until.data


class DayForm(SpanForm):
    """The hours of one day of the week, none on a day without."""

    def fault(self) -> str | None:
        """A day's hours end after they began."""
        if self.since.data and self.until.data and self.until.data < self.since.data:
            return "L’heure de fin vient avant celle du début."
        return super().fault()


class WeekForm(FrenchForm):
    """The seven days."""

    Mo = FormField(DayForm, "Lundi")
    Tu = FormField(DayForm, "Mardi")
    We = FormField(DayForm, "Mercredi")
    Th = FormField(DayForm, "Jeudi")
    Fr = FormField(DayForm, "Vendredi")
    Sa = FormField(DayForm, "Samedi")
    Su = FormField(DayForm, "Dimanche")

    @property
    def week(self) -> week.Week:
        """The week that was entered."""
        return tuple(getattr(self, day).form.span for day in week.DAYS)


class ChoicesForm(FrenchForm):
    """Hours, quiet hours, how many people and calls."""

    when = RadioField(
        "Quand pouvez-vous appeler ?",
        choices={"always": "À toute heure convenable", "week": "À ces heures", "other": "Autrement"},
        validators=[InputRequired(_WHICH)],
    )
    days = FormField(WeekForm, "Vos heures, jour par jour")
    other = StringField("Vos horaires, écrits comme dans OpenStreetMap")
    calm = RadioField(
        "Voulez-vous des heures de calme ?",
        choices={"none": "Non", "daily": "Oui, chaque jour", "other": "Autrement"},
        validators=[InputRequired(_WHICH)],
    )
    quiet = FormField(SpanForm, "Chaque jour")
    quiet_other = StringField("Vos heures de calme, écrites comme dans OpenStreetMap")
    capacity = IntegerField(
        "Combien de personnes, au plus ?",
        widget=TextInput(),
        validators=[InputRequired(_PEOPLE), Readable(_PEOPLE), NumberRange(0, MOST_PEOPLE, _PEOPLE)],
    )
    weekly_cap = IntegerField(
        "Combien d’appels par semaine, au plus ?",
        widget=TextInput(),
        validators=[Optional(), Readable(_CALLS), NumberRange(1, MOST_CALLS, _CALLS)],
    )
    takes_calls = BooleanField("Mes personnes peuvent me joindre en appelant la ligne")
    by_mail = BooleanField("J’écris aussi aux personnes qui préfèrent les courriels")

    def validate(self, extra_validators: Any = None) -> bool:
        """Only what was chosen counts: whoever answers "no" may leave anything in the fields behind "yes"."""
        super().validate(extra_validators)
        if self.when.data == "week" and not self.days.errors and not any(self.days.form.week):
            self.when.errors = [*self.when.errors, _NO_HOURS]
        if self.calm.data == "daily" and not self.quiet.errors and self.quiet.form.span is None:
            self.calm.errors = [*self.calm.errors, _NO_CALM]
        unused = {"days"} if self.when.data != "week" else set()
        unused |= {"quiet"} if self.calm.data != "daily" else set()
        return not set(self.errors) - unused

    @property
    def choices(self) -> Choices:
        """What was chosen."""
        return Choices(
            available=self._available(),
            quiet=self._quiet(),
            capacity=self.capacity.data or 0,
            weekly_cap=self.weekly_cap.data,
            takes_calls=self.takes_calls.data,
            by_mail=self.by_mail.data,
        )

    def _available(self) -> str:
        if self.when.data == "week":
            return week.write_week(self.days.form.week)
        return (self.other.data or "").strip() if self.when.data == "other" else ""

    def _quiet(self) -> str:
        span = self.quiet.form.span
        if self.calm.data == "daily" and span is not None:
            return week.write_daily(span)
        return (self.quiet_other.data or "").strip() if self.calm.data == "other" else ""


def shown(choices: Choices) -> dict[str, Any]:
    """A volunteer's choices as the form's fields hold them."""
    days, quiet = week.read_week(choices.available), week.read_daily(choices.quiet)
    return {
        "when": _kind(choices.available, "always", "week" if days else None),
        "days": {day: _ends(span) for day, span in zip(week.DAYS, days or (), strict=False)},
        "other": "" if days else choices.available,
        "calm": _kind(choices.quiet, "none", "daily" if quiet else None),
        "quiet": _ends(quiet),
        "quiet_other": "" if quiet else choices.quiet,
        "capacity": choices.capacity,
        "weekly_cap": choices.weekly_cap,
        "takes_calls": choices.takes_calls,
        "by_mail": choices.by_mail,
    }


def _kind(expression: str, empty: str, simple: str | None) -> str:
    return (simple or "other") if expression else empty


def _ends(span: week.Span | None) -> dict[str, Any]:
    return {"since": span[0], "until": span[1]} if span else {}
