"""The wording of errands: help on the spot for somebody who lives near, proposed, confirmed, reminded.

Texts are one GSM-7 segment each, names cut to twenty letters. `need` is the code of a need, `line` the line's
number in E.164, `link` the volunteer's page where texts leave under a name that nobody can answer.
"""

from callflows.gsm import fitting, plain
from callflows.names import short_name, someone
from callflows.script import Script
from callflows.spoken import written_number
from callflows.wordings import Wordings


def wish(words: Wordings, need: str) -> list[str]:
    """What is wished on the spot, the fullest wording first."""
    return [_wished(words, need), words.phrase("texts.errand")]


def accepted(
    words: Wordings,
    *,
    volunteer: str | None,
    caller: str | None,
    before: str,
    reference: int,
    line: str,
    link: str | None = None,
) -> str:
    """After a yes: agree with the person by telephone, and say when it is done."""
    values = {"caller": someone(words, caller), "before": before, "number": written_number(line)}
    name, alone = short_name(volunteer), words.phrase("texts.thanks")
    thanks = [words.phrase("texts.thanks_name", volunteer=name), alone] if name else [alone]
    if link is not None:
        return fitting(
            *(
                words.phrase("texts.errand_accepted_one_way", thanks=said, link=link, **values)
                for said in thanks
            )
        )
    return fitting(
        *(
            words.phrase("texts.errand_accepted", thanks=said, reference=reference, **values)
            for said in thanks
        )
    )


def advice(words: Wordings, *, reference: int, line: str, link: str | None = None) -> str:
    """The sanitary instructions for whoever goes there."""
    if link is not None:
        return plain(words.phrase("texts.errand_advice_one_way", link=link, number=written_number(line)))
    return plain(words.phrase("texts.errand_advice", reference=reference))


def done(words: Wordings, caller: str | None) -> str:
    """After FAIT."""
    return plain(words.phrase("texts.errand_done", caller=someone(words, caller)))


def reminder(words: Wordings, *, caller: str | None, when: str, line: str) -> str:
    """Some hours before the time is over."""
    who, number = someone(words, caller), written_number(line)
    return plain(words.phrase("ladder.errand_reminder", caller=who, when=when, number=number))


def nudge(words: Wordings, *, caller: str | None, reference: int, line: str, link: str | None = None) -> str:
    """The time is over and nothing is known of it."""
    who, number = someone(words, caller), written_number(line)
    if link is not None:
        return plain(words.phrase("ladder.errand_nudge_one_way", caller=who, link=link, number=number))
    return plain(words.phrase("ladder.errand_nudge", caller=who, reference=reference, number=number))


def missed_told(words: Wordings, caller: str | None) -> str:
    """To the volunteer who did not go: somebody else is asked, without reproach."""
    return plain(words.phrase("ladder.errand_missed_told", caller=someone(words, caller)))


def arranged(words: Wordings) -> str:
    """The volunteer hears this when both have spoken: the report comes when the help was given."""
    return Script(words).say(words.phrase("bridge.errand_arranged")).hang_up().xml()


def _wished(words: Wordings, need: str) -> str:
    match need:
        case "AIDE_ALIMENTAIRE":
            return words.phrase("texts.errand_food")
        case "GARDE_ENFANTS":
            return words.phrase("texts.errand_children")
        case "SOLIDARITE_PROXIMITE":
            return words.phrase("texts.errand_shopping")
    return words.phrase("texts.errand_other")
