"""The wording of the mails that answer mails: plain text, whole sentences, no emergency service."""

from callflows.by_mail import Letter
from callflows.names import short_name
from callflows.spoken import written_number
from callflows.wordings import Wordings


def acknowledgement(words: Wordings, *, line: str, association: str) -> Letter:
    """To whoever wrote to us: somebody will phone or write back; 15 or 112 in danger. `line` is in E.164."""
    number = written_number(line)
    return _letter(words, "acknowledgement", association=association, number=number)


def volunteer_acknowledgement(words: Wordings, *, volunteer: str, association: str) -> Letter:
    """To a volunteer who wrote to us: the team reads it; answers to the line go by text or page."""
    return _letter(words, "volunteer", association=association, volunteer=short_name(volunteer) or "")


def restarted(words: Wordings, *, association: str) -> Letter:
    """After START: mails come again."""
    return _letter(words, "restarted", association=association)


def _letter(words: Wordings, name: str, **values: str) -> Letter:
    subject = words.phrase(f"mail_in.{name}_subject", line=words.phrase("line.name"))
    return Letter(subject, words.phrase(f"mail_in.{name}", **values).strip() + "\n")
