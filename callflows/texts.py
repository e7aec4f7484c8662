"""The wording of the SMS that answer people: plain GSM-7, one segment; names are cut to twenty characters.

`line` is the line's number in E.164. `link` is the address of the volunteer's page where texts leave under a
name that nobody can answer: no text then invites a reply. Moments come as "mardi 24/11 à 18 h".
"""

from collections.abc import Sequence

from callflows.gsm import fitting, plain
from callflows.names import short_name, someone
from callflows.spoken import written_number
from callflows.wordings import Wordings


def acknowledgement(words: Wordings) -> str:
    """To a caller who texted: somebody will phone back; 15 or 112 in danger."""
    line = words.phrase("line.name")
    return plain(words.phrase("texts.acknowledgement", line=line))


def accepted(
    words: Wordings,
    *,
    volunteer: str | None,
    caller: str | None,
    before: str,
    line: str,
    link: str | None = None,
) -> str:
    """After a yes: phone the caller before the moment called `before`."""
    who, number = someone(words, caller), written_number(line)
    if link is None:
        return fitting(
            *(
                words.phrase("texts.accepted", thanks=thanks, caller=who, number=number, before=before)
                for thanks in _thanks(words, volunteer)
            )
        )
    return fitting(
        *(
            words.phrase(
                "texts.accepted_one_way", thanks=thanks, caller=who, number=number, before=before, link=link
            )
            for thanks in _thanks(words, volunteer)
        )
    )


def accepted_at(
    words: Wordings,
    *,
    volunteer: str | None,
    caller: str | None,
    when: str,
    rhythm: str | None = None,
    line: str,
    link: str | None = None,
) -> str:
    """After a yes to a call at an agreed hour, the first of a `rhythm` such as "chaque mardi à 15 h"."""
    who, number = someone(words, caller), written_number(line)
    told = [words.phrase("texts.then", when=when, rhythm=rhythm), when] if rhythm else [when]
    pairs = [(thanks, moment) for thanks in _thanks(words, volunteer) for moment in told]
    if link is None:
        return fitting(
            *(
                words.phrase("texts.accepted_at", thanks=thanks, caller=who, number=number, when=moment)
                for thanks, moment in pairs
            )
        )
    return fitting(
        *(
            words.phrase(
                "texts.accepted_at_one_way", thanks=thanks, caller=who, number=number, when=moment, link=link
            )
            for thanks, moment in pairs
        )
    )


def declined(words: Wordings) -> str:
    """After a no."""
    return plain(words.phrase("texts.declined"))


def already_accepted(words: Wordings, *, caller: str | None, line: str, link: str | None = None) -> str:
    """A second yes."""
    who, number = someone(words, caller), written_number(line)
    if link is None:
        return plain(words.phrase("texts.already_accepted", caller=who, number=number))
    return plain(words.phrase("texts.already_accepted_one_way", caller=who, number=number, link=link))


def already_declined(words: Wordings) -> str:
    """A second no."""
    return plain(words.phrase("texts.already_declined"))


def too_late(words: Wordings) -> str:
    """A yes to an offer that has expired or gone to somebody else."""
    return plain(words.phrase("texts.too_late"))


def which_one(words: Wordings, references: Sequence[int], *, line: str, link: str | None = None) -> str:
    """An answer without reference while several offers are open; raises ValueError without references."""
    several = _listed(references)
    if link is not None:
        return plain(words.phrase("texts.which_one_one_way", number=written_number(line), link=link))
    return fitting(
        *(words.phrase("texts.which_one", references=listed, reference=references[0]) for listed in several)
    )


def which_report(words: Wordings, references: Sequence[int], *, line: str, link: str | None = None) -> str:
    """A report without reference while several people are called; raises ValueError without references."""
    several = _listed(references)
    if link is not None:
        return plain(words.phrase("texts.which_report_one_way", number=written_number(line), link=link))
    return fitting(
        *(
            words.phrase("texts.which_report", references=listed, reference=references[0])
            for listed in several
        )
    )


def unknown_reference(words: Wordings, reference: int, *, line: str, link: str | None = None) -> str:
    """An answer whose reference is none of the volunteer's."""
    if link is None:
        return plain(words.phrase("texts.unknown_reference", reference=reference))
    number = written_number(line)
    return plain(
        words.phrase("texts.unknown_reference_one_way", reference=reference, number=number, link=link)
    )


def no_offer_open(words: Wordings) -> str:
    """A yes or no while nothing was asked."""
    return plain(words.phrase("texts.no_offer_open"))


def not_understood(words: Wordings) -> str:
    """An answer that a person of the team will read."""
    return plain(words.phrase("texts.not_understood"))


def reported(words: Wordings, caller: str | None, *, more: str = "") -> str:
    """After FAIT; `more` is a sentence that is said where there is room for it."""
    told = words.phrase("texts.reported", caller=someone(words, caller))
    return fitting(f"{told} {more}", told) if more else plain(told)


def next_try(words: Wordings, caller: str | None, when: str) -> str:
    """After ABSENT: the next try, `when` in local wording."""
    return plain(words.phrase("texts.next_try", caller=someone(words, caller), when=when))


def alert_received(words: Wordings) -> str:
    """After ALERTE."""
    return plain(words.phrase("texts.alert_received"))


def paused(
    words: Wordings, *, start: str | None, until: str | None, line: str, link: str | None = None
) -> str:
    """After PAUSE: from when (None: today) until when (None: until they come back), and who calls instead."""
    span, number = _span(words, start, until), written_number(line)
    if link is None:
        return plain(words.phrase("texts.paused", span=span))
    return fitting(
        words.phrase("texts.paused_one_way", span=span, number=number, link=link),
        words.phrase("texts.paused_one_way_short", span=span, number=number, link=link),
    )


def pause_unclear(words: Wordings, *, line: str, link: str | None = None) -> str:
    """PAUSE with words that say no date."""
    if link is None:
        return plain(words.phrase("texts.pause_unclear"))
    return plain(words.phrase("texts.pause_unclear_one_way", number=written_number(line), link=link))


def resumed(words: Wordings) -> str:
    """After REPRENDRE in a pause."""
    return plain(words.phrase("texts.resumed"))


def page(words: Wordings, link: str) -> str:
    """After LIEN: the address of their page."""
    return plain(words.phrase("texts.page", link=link))


def welcome(words: Wordings, *, volunteer: str | None, line: str, link: str, pin: str) -> str:
    """To a new volunteer: their page, and the code by which any telephone knows them."""
    number = written_number(line)
    return fitting(
        *(
            words.phrase("texts.welcome", hello=hello, link=link, number=number, pin=pin)
            for hello in _hellos(words, volunteer)
        )
    )


def registration_code(words: Wordings, *, code: str) -> str:
    """To a mobile with which somebody registers: the digits that show that it is theirs."""
    return plain(words.phrase("texts.registration_code", line=words.phrase("line.name"), code=code))


def in_the_team(words: Wordings, *, volunteer: str | None, link: str) -> str:
    """To somebody of the team who registers once more: their page."""
    hellos = _hellos(words, volunteer)
    return fitting(*(words.phrase("texts.in_the_team", hello=hello, link=link) for hello in hellos))


def goodbye(words: Wordings, *, volunteer: str | None) -> str:
    """To whoever has just left the team by themselves: thanks, and nothing more after it."""
    return fitting(*(words.phrase("texts.goodbye", hello=hello) for hello in _hellos(words, volunteer)))


def stopped(words: Wordings, *, one_way: bool = False) -> str:
    """The one confirmation of a STOP."""
    return plain(words.phrase("texts.stopped_one_way") if one_way else words.phrase("texts.stopped"))


def restarted(words: Wordings) -> str:
    """After START or REPRENDRE."""
    return plain(words.phrase("texts.restarted"))


def helped(words: Wordings, *, line: str, link: str | None = None) -> str:
    """What a volunteer can answer."""
    if link is None:
        return plain(words.phrase("texts.helped"))
    return plain(words.phrase("texts.helped_one_way", number=written_number(line), link=link))


def listener_closing(words: Wordings) -> str:
    """To a listener after a call: one word closes the request."""
    return plain(words.phrase("texts.listener_closing"))


def listener_closed(words: Wordings) -> str:
    """The listener's FAIT closed the request."""
    return plain(words.phrase("texts.listener_closed"))


def contact_again(
    words: Wordings, caller: str | None, reference: int, *, line: str, link: str | None = None
) -> str:
    """To the volunteer whose person made contact again."""
    who = someone(words, caller)
    if link is None:
        return plain(words.phrase("texts.contact_again", caller=who, reference=reference))
    return plain(
        words.phrase("texts.contact_again_one_way", caller=who, number=written_number(line), link=link)
    )


def _hellos(words: Wordings, volunteer: str | None) -> list[str]:
    """A greeting by name where there is room for it."""
    name, hello = short_name(volunteer), words.phrase("line.hello")
    return [words.phrase("line.hello_name", name=name), hello] if name else [hello]


def _thanks(words: Wordings, volunteer: str | None) -> list[str]:
    """Thanks by name where there is room for it."""
    name, thanks = short_name(volunteer), words.phrase("texts.thanks")
    return [words.phrase("texts.thanks_name", volunteer=name), thanks] if name else [thanks]


def _span(words: Wordings, start: str | None, until: str | None) -> str:
    if start is None:
        return words.phrase("texts.span_until", until=until) if until else words.phrase("texts.span_open")
    if until is None:
        return words.phrase("texts.span_from", start=start)
    return words.phrase("texts.span_between", start=start, until=until)


def _listed(references: Sequence[int]) -> list[str]:
    """The references in words, then fewer and fewer of them."""
    if not references:
        raise ValueError("there is no reference to choose from")
    return [", ".join(str(reference) for reference in references[:many]) for many in (9, 6, 3)]
