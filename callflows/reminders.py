"""The wording of the texts that the clock sends by itself: one GSM-7 segment each, names cut to twenty.

`link` is the address of the volunteer's page where texts leave under a name that nobody can answer: no text
then invites a reply. `when` is local wording such as "demain 14 h", `line` the line's number in E.164.
"""

from datetime import date

from callflows.gsm import fitting, plain
from callflows.names import short_name, someone
from callflows.spoken import written_number
from callflows.wordings import Wordings

_FRENCH_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "aout", "septembre", "octobre", "novembre", "décembre"),
)


def reminder(words: Wordings, *, caller: str | None, when: str, line: str) -> str:
    """Some hours before a call that comes back: whom, when, and what to dial."""
    who = someone(words, caller)
    return plain(words.phrase("ladder.reminder", caller=who, when=when, number=written_number(line)))


def reminder_before(words: Wordings, *, caller: str | None, when: str, line: str) -> str:
    """Some hours before the time for a single call is over."""
    who = someone(words, caller)
    return plain(words.phrase("ladder.reminder_before", caller=who, when=when, number=written_number(line)))


def nudge(words: Wordings, *, caller: str | None, reference: int, line: str, link: str | None = None) -> str:
    """The call was due and nothing is known of it."""
    who, number = someone(words, caller), written_number(line)
    if link is not None:
        return plain(words.phrase("ladder.nudge_one_way", caller=who, link=link, number=number))
    return plain(words.phrase("ladder.nudge", caller=who, reference=reference, number=number))


def missed_told(words: Wordings, caller: str | None) -> str:
    """To the volunteer who did not call: somebody else is asked, without reproach."""
    return plain(words.phrase("ladder.missed_told", caller=someone(words, caller)))


def rested(words: Wordings, line: str, link: str | None = None) -> str:
    """To a volunteer who was silent twice: nothing is proposed any more until they say so."""
    if link is not None:
        return plain(words.phrase("ladder.rested_one_way", link=link, number=written_number(line)))
    return plain(words.phrase("ladder.rested"))


def report_ask(
    words: Wordings, *, caller: str | None, reference: int, line: str, link: str | None = None
) -> str:
    """After a conversation of which the volunteer has told nothing yet."""
    who = someone(words, caller)
    if link is not None:
        number = written_number(line)
        return plain(words.phrase("ladder.report_ask_one_way", caller=who, link=link, number=number))
    return plain(words.phrase("ladder.report_ask", caller=who, reference=reference))


def contact_person(words: Wordings, caller: str | None, line: str) -> str:
    """To the person whom the caller has named, with the caller's consent: nothing but a first name."""
    who = someone(words, caller)
    return plain(words.phrase("ladder.contact_person", caller=who, number=written_number(line)))


def given(
    words: Wordings,
    *,
    volunteer: str | None,
    caller: str | None,
    when: str,
    reference: int,
    line: str,
    link: str | None = None,
) -> str:
    """To a volunteer to whom the team gives somebody by hand; `when` as in "chaque mardi à 15 h"."""
    name, who, number = short_name(volunteer), someone(words, caller), written_number(line)
    hellos = [words.phrase("line.hello_name", name=name)] if name else []
    hellos.append(words.phrase("line.hello"))
    given_what = [words.phrase("ladder.given_what", caller=who, when=when), who]
    told = [{"hello": hello, "what": what, "number": number} for what in given_what for hello in hellos]
    if link is not None:
        return fitting(*(words.phrase("ladder.given_one_way", link=link, **values) for values in told))
    return fitting(*(words.phrase("ladder.given", reference=reference, **values) for values in told))


def thank_you(words: Wordings, calls: int) -> str:
    """A sentence to add to the thanks for a call: the first one, the tenth, the hundredth."""
    if calls == 1:
        return plain(words.phrase("ladder.first_call"))
    return plain(words.phrase("ladder.milestone", calls=calls))


def recap(words: Wordings, *, month: date, calls: int, people: int, minutes: int, link: str) -> str:
    """What a volunteer gave in a month, and where the certificate is."""
    return plain(
        words.phrase(
            "ladder.recap",
            month=_month(words, month),
            calls=words.phrase("ladder.one_call")
            if calls == 1
            else words.phrase("ladder.calls", count=calls),
            people=words.phrase("ladder.one_person")
            if people == 1
            else words.phrase("ladder.people", count=people),
            length=length(minutes),
            link=link,
        )
    )


def waiting(words: Wordings, *, volunteer: str | None, line: str, link: str | None = None) -> str:
    """Once a month to a volunteer for whom nobody waits yet: they are not forgotten."""
    name = short_name(volunteer)
    hellos = [words.phrase("line.hello_name", name=name)] if name else []
    hellos.append(words.phrase("line.hello"))
    if link is None:
        return fitting(*(words.phrase("ladder.waiting", hello=hello) for hello in hellos))
    number = written_number(line)
    told = (words.phrase("ladder.waiting_one_way", hello=hello, link=link, number=number) for hello in hellos)
    return fitting(*told)


def waiting_mail(
    words: Wordings, *, volunteer: str | None, line: str, link: str, association: str
) -> tuple[str, str]:
    """The same by mail, as subject and body, to whoever no text reaches or can answer."""
    name = short_name(volunteer)
    body = words.phrase(
        "team_mail.waiting",
        hello=words.phrase("line.hello_name", name=name) if name else words.phrase("line.hello"),
        link=link,
        number=written_number(line),
        association=association,
    )
    return words.phrase("team_mail.waiting_subject", line=words.phrase("line.name")), body.strip() + "\n"


def length(minutes: int) -> str:
    """A length of time as both languages write it: "45 min", "2 h", "2 h 10"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02d}" if rest else f"{hours} h"


def _month(words: Wordings, month: date) -> str:
    return _FRENCH_MONTHS[month.month - 1] if words.language == "fr" else f"{month:%B}"
