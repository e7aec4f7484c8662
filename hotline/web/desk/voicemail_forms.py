"""What may be written about a voicemail: a note on the caller, a better transcript."""

from datetime import datetime
from typing import Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Form, HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length

from hotline.models import Voicemail

LONGEST = 4000


def _stripped(typed: str | None) -> str | None:
    return typed.strip() if typed else typed


class NoteForm(Form):
    """Words for the caller's file."""

    words = TextAreaField(
        _l("Note sur la personne"),
        filters=[_stripped],
        validators=[
            DataRequired(_l("La note est vide : écrivez ce qu’il faut retenir.")),
            Length(max=LONGEST, message=_l("La note est trop longue : restez sous 4 000 caractères.")),
        ],
        render_kw={"rows": 3, "maxlength": LONGEST},
    )


class TranscriptForm(Form):
    """What was said, corrected by hand; `seen` is when it had last been corrected."""

    words = TextAreaField(
        _l("Ce que dit le message"),
        filters=[_stripped],
        validators=[
            Length(max=LONGEST, message=_l("Le texte est trop long : restez sous 4 000 caractères."))
        ],
        render_kw={"rows": 6, "maxlength": LONGEST},
    )
    seen = HiddenField()

    @classmethod
    def of(cls, voicemail: Voicemail) -> Self:
        """Return the form as it stands for a message."""
        edited = voicemail.edited_at.isoformat() if voicemail.edited_at else ""
        return cls(words=voicemail.transcript or "", seen=edited)

    def overtaken_by(self, voicemail: Voicemail) -> None:
        """Show what somebody else has written meanwhile; kept once more, this text then replaces it."""
        self.seen.data = voicemail.edited_at.isoformat() if voicemail.edited_at else ""
        sentence = gettext(
            "Quelqu’un d’autre vient de corriger ce texte : « %(theirs)s ». "
            "Enregistrez de nouveau pour garder le vôtre à la place.",
            theirs=voicemail.transcript or "",
        )
        self.words.errors = [sentence]

    @property
    def typed(self) -> str:
        """The text."""
        return self.words.data or ""

    @property
    def seen_at(self) -> datetime | None:
        """When the transcript that was on the page had last been corrected; a strange value fits none."""
        try:
            return datetime.fromisoformat(self.seen.data) if self.seen.data else None
        except ValueError:
            return None
