"""The form in which a volunteer tells of a call."""

from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    Field,
    IntegerField,
    RadioField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, TextInput

from hotline.models.status import Mood, Need
from hotline.services.reports import Told
from hotline.web.volunteer.forms import A_DATE, FrenchForm, Readable, ahead

LONGEST_WORDS = 2000
LONGEST_CALL = 300
MOODS = {Mood.GOOD: "Bien", Mood.FAIR: "Moyen", Mood.BAD: "Pas bien"}
NEEDS = {
    "food": "De quoi manger",
    "shops": "Faire des courses",
    "medicines": "Des médicaments",
    "doctor": "Un médecin",
}
ERRANDS = {
    Need.AIDE_ALIMENTAIRE: "de quoi manger",
    Need.GARDE_ENFANTS: "une garde d’enfants",
    Need.SOLIDARITE_PROXIMITE: "faire ses courses",
    Need.LIEN: "une visite",
    Need.AUTRE: "un coup de main",
}
_HELPED = {"yes": "Oui, c’est fait", "no": "Non, personne n’a répondu"}
_MINUTES = f"Écrivez un nombre de minutes en chiffres, de 0 à {LONGEST_CALL}."
_SAID = {"yes": True, "no": False}


class ReportForm(FrenchForm):
    """How a call went; only the first question must be answered."""

    reached = RadioField(
        "Avez-vous pu vous parler ?",
        choices={"yes": "Oui, nous avons parlé", "no": "Non, personne n’a répondu"},
        validators=[InputRequired("Dites-nous si vous avez pu vous parler : oui ou non.")],
    )
    mood = RadioField(
        "Comment allait cette personne ?",
        choices={mood.value: says for mood, says in MOODS.items()},
        validators=[Optional()],
    )
    minutes = IntegerField(
        "Combien de minutes, à peu près ?",
        widget=TextInput(),
        validators=[Optional(), Readable(_MINUTES), NumberRange(0, LONGEST_CALL, _MINUTES)],
    )
    others = RadioField(
        "Parle-t-elle avec d’autres personnes ?",
        choices={"yes": "Oui", "no": "Non", "unknown": "Je ne sais pas"},
        validators=[Optional()],
    )
    needs = SelectMultipleField("De quoi aurait-elle besoin ?", choices=NEEDS, option_widget=CheckboxInput())
    words = TextAreaField(
        "Quelques mots, pour la prochaine fois",
        validators=[
            Length(max=LONGEST_WORDS, message=f"C’est un peu long : {LONGEST_WORDS} signes au plus.")
        ],
    )
    next_date = DateField("La rappeler un autre jour ?", validators=[Optional(), Readable(A_DATE)])
    difficult = BooleanField("Cet appel était difficile : prévenir l’équipe tout de suite")

    def __init__(self, entered: Any, *, today: date, minutes: int | None, errand: bool = False) -> None:
        super().__init__(entered, minutes=minutes)
        self._today = today
        if errand:
            self.reached.label.text = "Avez-vous pu aider cette personne ?"
            self.reached.choices = list(_HELPED.items())

    def validate_next_date(self, field: Field) -> None:
        """The next call lies ahead."""
        ahead(field.data, self._today)

    @property
    def told(self) -> Told:
        """The report that was entered."""
        return Told(
            mood=Mood(self.mood.data) if self.mood.data in MOODS else None,
            minutes=self.minutes.data,
            talks_to_others=_SAID.get(self.others.data),
            needs=frozenset(self.needs.data or ()),
            words=(self.words.data or "").strip() or None,
            next_date=self.next_date.data,
        )
