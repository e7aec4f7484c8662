"""What is written about a need that a partner takes over: to the partner, and to the person.

Texts are one GSM-7 segment with the longest names. `line` is the line's number in E.164, `phone` the number
at which the association answers its partners; `day` is a date as in "30/12".
"""

from dataclasses import dataclass
from typing import Final

from callflows.gsm import plain
from callflows.names import someone
from callflows.spoken import written_number
from callflows.wordings import Wordings

LONGEST_PARTNER: Final = 55


@dataclass(frozen=True)
class Letter:
    """A mail: its subject and its text."""

    subject: str
    body: str


@dataclass(frozen=True)
class Told:
    """What is said of a need; None where nobody knows. `consent` is who agreed, and when, in words."""

    need: str
    caller: str | None
    number: str | None
    place: str | None
    words: str | None
    consent: str
    reference: int
    phone: str


def need(words: Wordings, code: str) -> str:
    """Return the name of a need by its code: "aide alimentaire"; any other need is "autre besoin"."""
    match code:
        case "AIDE_ALIMENTAIRE":
            return words.phrase("orientation.need_food")
        case "GARDE_ENFANTS":
            return words.phrase("orientation.need_children")
        case "SOLIDARITE_PROXIMITE":
            return words.phrase("orientation.need_errands")
    return words.phrase("orientation.need_other")


def sheet(words: Wordings, told: Told) -> str:
    """What is read out to a partner or printed for them."""
    unknown = words.phrase("orientation_mail.unknown")
    return words.phrase(
        "orientation_mail.sheet",
        need=need(words, told.need),
        caller=told.caller or unknown,
        number=_number(words, told),
        place=told.place or unknown,
        words=told.words or unknown,
        consent=told.consent,
        reference=told.reference,
    ).strip()


def partner_text(words: Wordings, told: Told) -> str:
    """The text by which a partner learns of a need."""
    text = words.phrase(
        "orientation.partner_asked",
        line=words.phrase("line.name"),
        need=need(words, told.need),
        caller=someone(words, told.caller),
        place=_place(words, told),
        number=_number(words, told),
        phone=written_number(told.phone),
    )
    return plain(text)


def partner_mail(words: Wordings, told: Told, *, association: str) -> Letter:
    """The mail by which a partner learns of a need; the subject names nobody."""
    subject = words.phrase(
        "orientation_mail.partner_subject",
        line=words.phrase("line.name"),
        need=need(words, told.need),
        place=_place(words, told),
        reference=told.reference,
    )
    body = words.phrase(
        "orientation_mail.partner",
        sheet=sheet(words, told),
        phone=written_number(told.phone),
        association=association,
    )
    return Letter(subject, body.lstrip())


def reminder_text(words: Wordings, told: Told, day: str) -> str:
    """The text that reminds a partner."""
    text = words.phrase(
        "orientation.partner_reminded",
        line=words.phrase("line.name"),
        caller=someone(words, told.caller),
        place=_place(words, told),
        need=need(words, told.need),
        day=day,
        phone=written_number(told.phone),
    )
    return plain(text)


def reminder_mail(words: Wordings, told: Told, day: str, *, association: str) -> Letter:
    """The mail that reminds a partner."""
    line_name = words.phrase("line.name")
    subject = words.phrase("orientation_mail.reminder_subject", line=line_name, reference=told.reference)
    body = words.phrase(
        "orientation_mail.reminder",
        day=day,
        caller=someone(words, told.caller),
        place=_place(words, told),
        need=need(words, told.need),
        phone=written_number(told.phone),
        association=association,
    )
    return Letter(subject, body.lstrip())


def told_text(words: Wordings, *, partner: str, code: str, line: str) -> str:
    """The text that tells a person who will phone them."""
    text = words.phrase(
        "orientation.caller_told",
        line=words.phrase("line.name"),
        partner=_short(partner),
        need=need(words, code),
        number=written_number(line),
    )
    return plain(text)


def told_mail(words: Wordings, *, partner: str, code: str, line: str, association: str) -> Letter:
    """The mail that tells a person who will phone them."""
    subject = words.phrase("orientation_mail.told_subject", line=words.phrase("line.name"), partner=partner)
    body = words.phrase(
        "orientation_mail.told",
        partner=partner,
        need=need(words, code),
        number=written_number(line),
        association=association,
    )
    return Letter(subject, body.lstrip())


def instructions_text(words: Wordings) -> str:
    """The sanitary instructions as a text."""
    return plain(words.phrase("orientation.instructions"))


def instructions_mail(words: Wordings, *, association: str) -> Letter:
    """The sanitary instructions as a mail."""
    body = words.phrase("orientation_mail.instructions", association=association)
    return Letter(words.phrase("orientation_mail.instructions_subject"), body.lstrip())


def kit_text(words: Wordings, link: str) -> str:
    """Where the "Voisins solidaires" kit is, as a text."""
    return plain(words.phrase("orientation.kit", line=words.phrase("line.name"), link=link))


def kit_mail(words: Wordings, link: str, *, association: str) -> Letter:
    """Where the "Voisins solidaires" kit is, as a mail."""
    body = words.phrase("orientation_mail.kit", link=link, association=association)
    return Letter(words.phrase("orientation_mail.kit_subject"), body.lstrip())


def _place(words: Wordings, told: Told) -> str:
    return told.place or words.phrase("orientation_mail.unknown")


def _number(words: Wordings, told: Told) -> str:
    return written_number(told.number) if told.number else words.phrase("orientation_mail.unknown")


def _short(partner: str) -> str:
    name = " ".join(partner.split())
    if len(name) <= LONGEST_PARTNER:
        return name
    return name[: LONGEST_PARTNER + 1].rpartition(" ")[0] or name[:LONGEST_PARTNER]
