"""The wording of relations by mail: the texts about them, and the letters around what is passed on.

Texts are one GSM-7 segment each, names cut to twenty letters; none of them invites a reply. The letters are
plain text in full French; `address` is the one that stands for the relation and hides both sides' own.
"""

from dataclasses import dataclass

from callflows.gsm import fitting, plain
from callflows.names import short_name, someone
from callflows.wordings import Wordings


@dataclass(frozen=True)
class Letter:
    """A mail: its subject and its text."""

    subject: str
    body: str


def wish(words: Wordings, *, recurring: bool, rhythm: str | None = None) -> list[str]:
    """What a caller wishes who wants mails, the fullest wording first."""
    if not recurring:
        return [words.phrase("texts.one_off_mail")]
    regular = words.phrase("texts.recurring_mail")
    return [words.phrase("texts.rhythm_mail", rhythm=rhythm), regular] if rhythm else [regular]


def cover(words: Wordings, *, when: str, holder: str | None) -> list[str]:
    """One mail in somebody's stead, at a moment such as "demain à 15 h"."""
    name, alone = short_name(holder), words.phrase("texts.cover_mail", when=when)
    return [words.phrase("texts.cover_for_mail", when=when, holder=name), alone] if name else [alone]


def accepted(words: Wordings, *, volunteer: str | None, caller: str | None, before: str) -> str:
    """After a yes: write to the caller before the moment called `before`; the address comes by mail."""
    who = someone(words, caller)
    return fitting(
        *(
            words.phrase("texts.accepted_mail", thanks=thanks, caller=who, before=before)
            for thanks in _thanks(words, volunteer)
        )
    )


def accepted_at(
    words: Wordings, *, volunteer: str | None, caller: str | None, when: str, rhythm: str | None = None
) -> str:
    """After a yes to a mail at an agreed moment, the first of a `rhythm` such as "chaque mardi à 15 h"."""
    who = someone(words, caller)
    told = [words.phrase("texts.then", when=when, rhythm=rhythm), when] if rhythm else [when]
    return fitting(
        *(
            words.phrase("texts.accepted_at_mail", thanks=thanks, caller=who, when=moment)
            for thanks in _thanks(words, volunteer)
            for moment in told
        )
    )


def already_accepted(words: Wordings, *, caller: str | None) -> str:
    """A second yes."""
    return plain(words.phrase("texts.already_accepted_mail", caller=someone(words, caller)))


def contact_again(words: Wordings, caller: str | None) -> str:
    """To the volunteer whose person made contact, though not over the relay."""
    return plain(words.phrase("texts.contact_again_mail", caller=someone(words, caller)))


def reminder(words: Wordings, *, caller: str | None, when: str) -> str:
    """Some hours before the time for a mail is over."""
    return plain(words.phrase("ladder.reminder_mail", caller=someone(words, caller), when=when))


def nudge(words: Wordings, *, caller: str | None) -> str:
    """The mail was due and none has come."""
    return plain(words.phrase("ladder.nudge_mail", caller=someone(words, caller)))


def missed_told(words: Wordings, caller: str | None) -> str:
    """To the volunteer who did not write: somebody else is asked, without reproach."""
    return plain(words.phrase("ladder.missed_told_mail", caller=someone(words, caller)))


def given(words: Wordings, *, volunteer: str | None, caller: str | None, when: str) -> str:
    """To a volunteer to whom the team gives somebody by hand; `when` as in "chaque mardi à 15 h"."""
    name, who = short_name(volunteer), someone(words, caller)
    hellos = [words.phrase("line.hello_name", name=name)] if name else []
    hellos.append(words.phrase("line.hello"))
    return fitting(
        *(
            words.phrase("ladder.given_mail", hello=hello, what=what)
            for what in (words.phrase("ladder.given_what", caller=who, when=when), who)
            for hello in hellos
        )
    )


def to_volunteer(
    words: Wordings, *, volunteer: str, caller: str | None, address: str, when: str, association: str
) -> Letter:
    """To a volunteer who has said yes: where to write, until when, and what stays hidden."""
    who = someone(words, caller)
    return Letter(
        words.phrase("relay_mail.to_volunteer_subject", caller=who),
        words.phrase(
            "relay_mail.to_volunteer",
            volunteer=volunteer,
            caller=who,
            address=address,
            when=when,
            association=association,
        ).lstrip(),
    )


def to_caller(
    words: Wordings, *, volunteer: str, caller: str | None, address: str, association: str
) -> Letter:
    """To a caller: who is going to write, and how to answer."""
    hello = words.phrase("line.hello_name", name=caller) if caller else words.phrase("line.hello")
    return Letter(
        words.phrase("relay_mail.to_caller_subject", volunteer=volunteer),
        words.phrase(
            "relay_mail.to_caller", hello=hello, volunteer=volunteer, address=address, association=association
        ).lstrip(),
    )


def passed_on(words: Wordings, *, body: str, attachments: int, association: str) -> str:
    """What one side reads of what the other has written; attachments are not passed on, and that is said."""
    foot = words.phrase("relay_mail.foot", association=association)
    missing = f"{words.phrase('relay_mail.attachments')}\n" if attachments else ""
    return f"{body.strip()}\n\n-- \n{missing}{foot}\n"


def over(words: Wordings, *, association: str) -> Letter:
    """To a volunteer who writes after the relation has ended."""
    return Letter(
        words.phrase("relay_mail.over_subject"),
        words.phrase("relay_mail.over", association=association).lstrip(),
    )


def stopped(words: Wordings, *, association: str) -> Letter:
    """The one confirmation of a STOP by mail."""
    return Letter(
        words.phrase("relay_mail.stopped_subject"),
        words.phrase("relay_mail.stopped", association=association).lstrip(),
    )


def visio(words: Wordings, *, volunteer: str, caller: str | None, link: str, association: str) -> Letter:
    """To a caller: the address at which they see and hear their volunteer."""
    hello = words.phrase("line.hello_name", name=caller) if caller else words.phrase("line.hello")
    return Letter(
        words.phrase("relay_mail.visio_subject", volunteer=volunteer),
        words.phrase(
            "relay_mail.visio", hello=hello, volunteer=volunteer, link=link, association=association
        ).lstrip(),
    )


def visio_text(words: Wordings, *, volunteer: str | None, link: str) -> str:
    """The same as a text; a long link may need a second segment."""
    return plain(words.phrase("texts.visio", volunteer=someone(words, volunteer), link=link))


def _thanks(words: Wordings, volunteer: str | None) -> list[str]:
    name, thanks = short_name(volunteer), words.phrase("texts.thanks")
    return [words.phrase("texts.thanks_name", volunteer=name), thanks] if name else [thanks]
