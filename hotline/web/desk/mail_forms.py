"""What is written in a mail from the desk."""

import secrets
from typing import Self

from flask_babel import lazy_gettext as _l
from wtforms import Form, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Regexp

LONGEST = 10_000
_SUBJECT = 150


def _one_line(typed: str | None) -> str | None:
    return " ".join(typed.split()) if typed else typed


class AnswerForm(Form):
    """The words of an answer; `once` names the page on which they were written."""

    body = TextAreaField(
        _l("Votre réponse"),
        filters=[lambda typed: typed.strip() if typed else typed],
        validators=[
            DataRequired(_l("Le courriel est vide : écrivez ce que la personne doit lire.")),
            Length(max=LONGEST, message=_l("Le courriel est trop long : restez sous 10 000 caractères.")),
        ],
        render_kw={"rows": 10, "maxlength": LONGEST},
    )
    once = HiddenField(validators=[Regexp(r"[A-Za-z0-9_-]{8,32}\Z")])

    @classmethod
    def begun(cls, signature: str) -> Self:
        """Return a form in which nothing stands but who writes."""
        form = cls(once=secrets.token_urlsafe(12))
        form.body.data = f"\n\n\n{signature}"
        return form


class LetterForm(AnswerForm):
    """A mail to somebody."""

    subject = StringField(
        _l("Objet"),
        filters=[_one_line],
        validators=[
            DataRequired(_l("Donnez un objet au courriel, en quelques mots.")),
            Length(max=_SUBJECT, message=_l("C’est trop long pour un objet : 150 caractères au plus.")),
        ],
        render_kw={"maxlength": _SUBJECT},
    )
