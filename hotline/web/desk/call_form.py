"""The form in which a coordinator writes down what a volunteer told of a call on the telephone."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, TextInput

from hotline.models.status import Mood
from hotline.web.desk.fields import options
from hotline.web.volunteer.forms import Readable
from hotline.web.volunteer.report_form import LONGEST_CALL, LONGEST_WORDS, ReportForm

_MINUTES = _l("Écrivez un nombre de minutes en chiffres, 300 au plus.")


class ToldForm(ReportForm):
    """How a call went; only the first question must be answered."""

    reached = RadioField(
        _l("L’appel a-t-il eu lieu ?"),
        choices=options({"yes": _l("Oui, ils se sont parlé"), "no": _l("Non, personne n’a répondu")}),
        validators=[InputRequired(_l("Dites si l’appel a eu lieu : oui ou non."))],
    )
    mood = RadioField(
        _l("Comment allait la personne ?"),
        choices=options(
            {
                Mood.GOOD.value: _l("Bien"),
                Mood.FAIR.value: _l("Moyen"),
                Mood.BAD.value: _l("Pas bien"),
            }
        ),
        validators=[Optional()],
    )
    minutes = IntegerField(
        _l("Combien de minutes, à peu près ?"),
        widget=TextInput(),
        validators=[Optional(), Readable(_MINUTES), NumberRange(0, LONGEST_CALL, _MINUTES)],
    )
    others = RadioField(
        _l("Parle-t-elle avec d’autres personnes ?"),
        choices=options({"yes": _l("Oui"), "no": _l("Non"), "unknown": _l("On ne sait pas")}),
        validators=[Optional()],
    )
    needs = SelectMultipleField(
        _l("De quoi aurait-elle besoin ?"),
        choices=options(
            {
                "food": _l("De quoi manger"),
                "shops": _l("Faire des courses"),
                "medicines": _l("Des médicaments"),
                "doctor": _l("Un médecin"),
            }
        ),
        option_widget=CheckboxInput(),
    )
    words = TextAreaField(
        _l("Les mots du bénévole"),
        validators=[Length(max=LONGEST_WORDS, message=_l("C’est un peu long : 2000 signes au plus."))],
    )
    next_date = DateField(
        _l("La rappeler un autre jour ?"),
        validators=[Optional(), Readable(_l("Écrivez une date, par exemple 24/12/2026."))],
    )
    difficult = BooleanField(_l("Appel difficile : ouvrir une alerte"))
