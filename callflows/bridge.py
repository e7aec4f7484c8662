"""What a volunteer hears who phones the line, up to the moment when somebody is rung for them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from callflows import errands, spoken
from callflows.names import short_name, someone
from callflows.script import Leg, Script
from callflows.wordings import Wordings

OFFERS_KEY = 9


@dataclass(frozen=True)
class Choice:
    """Somebody who may be called: first name, postcode, and the local moment of the planned call."""

    caller: str | None
    place: str | None
    due: datetime


def connect(
    words: Wordings,
    *,
    hello: str,
    caller: str | None,
    legs: Sequence[Leg],
    caller_id: str,
    seconds: int,
    on_ended: str,
    on_star: str | None,
    longest: int | None = None,
) -> str:
    """Tell the volunteer who is being called, then dial; `hello` is empty once they were greeted."""
    brief = words.phrase("bridge.connect", hello=hello, caller=someone(words, caller))
    return (
        Script(words)
        .greet(brief, on_star=on_star)
        .dial(legs, caller_id=caller_id, seconds=seconds, on_ended=on_ended, longest=longest)
        .xml()
    )


def choose(
    words: Wordings, *, hello: str, choices: Sequence[Choice], offers: bool, now: datetime, on_keys: str
) -> str:
    """Several people may be called: name each with its key, twice; the key 9 leads to the `offers`."""
    namesakes = Counter(someone(words, choice.caller) for choice in choices)
    options = [
        words.phrase("bridge.option", caller=_told_apart(words, choice, choices, namesakes, now), key=key)
        for key, choice in enumerate(choices, 1)
    ]
    if offers:
        options.append(words.phrase("bridge.option_offers", key=OFFERS_KEY))
    options.append(words.phrase("bridge.end_with_pound"))
    return (
        Script(words)
        .gather(on_keys=on_keys, say=[hello, *options, *options], digits=None, finish_on_key="#")
        .hang_up()
        .xml()
    )


def late(words: Wordings, *, hello: str, caller: str | None, on_key: str, again: bool = False) -> str:
    """People are not called at such an hour: 1 calls all the same."""
    warning = words.phrase("bridge.late", hello=hello, caller=someone(words, caller))
    key = words.phrase("bridge.late_key")
    return _ask(words, [warning, key, key], on_key, again=again)


def ready(words: Wordings, *, hello: str, caller: str | None, on_key: str, again: bool = False) -> str:
    """The line has rung the volunteer: 1 calls; an answering machine of theirs presses nothing."""
    name = words.phrase("line.name")
    question = words.phrase("bridge.ready", hello=hello, line=name, caller=someone(words, caller))
    return _ask(words, [question, question], on_key, again=again)


def nobody_waiting(
    words: Wordings,
    *,
    hello: str,
    now: datetime,
    next_call: Choice | None,
    next_shift: datetime | None,
    on_star: str | None,
) -> str:
    """Nobody to call now; when the next call and the next shift are. All moments are local."""
    said = [words.phrase("bridge.nobody_waiting", hello=hello)]
    if next_call is not None:
        when, caller = _when(words, next_call.due, now), someone(words, next_call.caller)
        said.append(words.phrase("bridge.next_call", caller=caller, when=when))
    if next_shift is not None and next_shift <= now:
        said.append(words.phrase("bridge.on_duty"))
    elif next_shift is not None:
        said.append(words.phrase("bridge.next_shift", when=_when(words, next_shift, now)))
    return Script(words).greet(*said, words.phrase("bridge.thanks"), on_star=on_star).hang_up().xml()


def unreachable(words: Wordings, *, hello: str, caller: str | None) -> str:
    """The person's number cannot be dialled; the team has been told."""
    said = words.phrase("bridge.unreachable", hello=hello, caller=someone(words, caller))
    return Script(words).say(said).hang_up().xml()


def exhausted(words: Wordings, *, hello: str) -> str:
    """The day's call minutes are spent: the call is for tomorrow, and the team has been told."""
    return Script(words).say(words.phrase("bridge.exhausted", hello=hello)).hang_up().xml()


def offer_waiting(
    words: Wordings,
    *,
    hello: str,
    caller: str | None,
    on_key: str,
    errand: str | None = None,
    again: bool = False,
) -> str:
    """An offer is still open: 1 accepts it, 2 declines it, and without a key it stays open.

    `errand` is the code of the need for which somebody is sought on the spot.
    """
    who = someone(words, caller)
    if errand is None:
        offer = words.phrase("bridge.offer_waiting", hello=hello, caller=who)
    else:
        wished = errands.wish(words, errand)[0]
        offer = words.phrase("bridge.errand_waiting", hello=hello, caller=who, wish=wished)
    keys = words.phrase("bridge.offer_keys")
    return _ask(words, [offer, keys, keys], on_key, again=again)


def offer_accepted(words: Wordings, *, caller: str | None) -> str:
    """The volunteer accepted by key: how to call."""
    said = words.phrase("bridge.offer_accepted", caller=someone(words, caller))
    return Script(words).say(said).hang_up().xml()


def offer_declined(words: Wordings) -> str:
    """The volunteer declined by key."""
    return Script(words).say(words.phrase("bridge.offer_declined")).hang_up().xml()


def offer_gone(words: Wordings) -> str:
    """The answer by key came too late."""
    return Script(words).say(words.phrase("bridge.offer_gone")).hang_up().xml()


def hello(words: Wordings, first_name: str | None) -> str:
    """The greeting with a name where one is known."""
    name = short_name(first_name)
    return words.phrase("line.hello_name", name=name) if name else words.phrase("line.hello")


def _ask(words: Wordings, question: Sequence[str], on_key: str, *, again: bool) -> str:
    """Ask for one key; `again` after another one, with a sentence that outlasts the keys typed meanwhile."""
    script = Script(words)
    if again:
        script.say(words.phrase("bridge.another_key"))
    return script.gather(on_keys=on_key, say=question).hang_up().xml()


def _told_apart(
    words: Wordings, choice: Choice, choices: Sequence[Choice], namesakes: Counter[str], now: datetime
) -> str:
    """A name alone, or with what distinguishes it from the same name: the place, else the hour."""
    name = someone(words, choice.caller)
    if namesakes[name] == 1:
        return name
    places = {other.place for other in choices if someone(words, other.caller) == name}
    if choice.place and len(places) == namesakes[name]:
        return words.phrase("bridge.option_place", caller=name, place=choice.place)
    return words.phrase("bridge.option_when", caller=name, when=_when(words, choice.due, now))


def _when(words: Wordings, at: datetime, now: datetime) -> str:
    return spoken.moment(at, now, language=words.language)
