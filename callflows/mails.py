"""The wording of the mails that answer mails: plain text, whole sentences, no emergency service."""

from callflows.by_mail import Letter
from callflows.names import short_name
from callflows.spoken import written_number
from callflows.wordings import Wordings


def acknowledgement(words: Wordings, *, line: str, association: str) -> Letter:
    """To whoever wrote to us: somebody will phone or write back; 15 or 112 in danger. `line` is in E.164."""
    number = written_number(line)
    return Letter(
        words.phrase("mail_in.acknowledgement_subject", line=words.phrase("line.name")),
        _body(words.phrase("mail_in.acknowledgement", association=association, number=number)),
    )


def volunteer_acknowledgement(words: Wordings, *, volunteer: str, association: str) -> Letter:
    """To a volunteer who wrote to us: the team reads it; answers to the line go by text or page."""
    name = short_name(volunteer) or ""
    return Letter(
        words.phrase("mail_in.volunteer_subject", line=words.phrase("line.name")),
        _body(words.phrase("mail_in.volunteer", association=association, volunteer=name)),
    )


def restarted(words: Wordings, *, association: str) -> Letter:
    """After START: mails come again."""
    body = _body(words.phrase("mail_in.restarted", association=association))
    return Letter(words.phrase("mail_in.restarted_subject"), body)


def _body(text: str) -> str:
    return text.strip() + "\n"
