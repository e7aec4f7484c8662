"""Gather: listens for keys or words while something is said, and asks the product what they mean."""

from __future__ import annotations

from dataclasses import dataclass

from hotline.rehearsal.callrun import CallRun
from hotline.rehearsal.documents import Verb
from hotline.rehearsal.signals import Elapsed, Key, Signal, Spoke, Steps
from hotline.rehearsal.verbs import media
from hotline.rehearsal.verbs.context import Context, Outcome
from hotline.rehearsal.verbs.speech import repeats, utter

PAUSE_AFTER_SPEECH = 1.0
CONFIDENCE = "0.91307473"


@dataclass
class Input:
    """What was typed or said so far, and whether that is all."""

    digits: str = ""
    finished_on: str = ""
    words: str = ""
    done: bool = False


def gather(run: CallRun, verb: Verb, context: Context) -> Steps[Outcome]:
    """Return the action's address with the input; without input the next verb. Nothing after a hang-up."""
    run.pick_up()
    run.show("gather")
    given = Input()
    heard = yield from _prompt(run, verb, context)
    if heard is not None:
        yield from _take(run, verb, given, heard)
    until = _timeout(run, verb)
    while not given.done:
        signal = yield from run.listen(max(0.0, until - run.exchange.now().timestamp()))
        if isinstance(signal, Elapsed):
            break
        if _matters(verb, signal):
            yield from _take(run, verb, given, signal)
            until = _timeout(run, verb)
    run.show(None)
    return _conclude(verb, context, given)


def _prompt(run: CallRun, verb: Verb, context: Context) -> Steps[Signal | None]:
    """Say what is nested until it is over or the person reacts; return that reaction."""
    for child in verb.children:
        lasts = (yield from media.seconds(run, child, context)) if child.name == "Play" else 0.0
        for _ in range(repeats(child)):
            run.check()
            until = run.exchange.now().timestamp() + utter(run, child, lasts)
            while True:
                signal = yield from run.listen(max(0.0, until - run.exchange.now().timestamp()))
                if isinstance(signal, Elapsed):
                    break
                if _matters(verb, signal):
                    return signal
    return None


def _timeout(run: CallRun, verb: Verb) -> float:
    return run.exchange.now().timestamp() + verb.seconds("timeout", 5)


def _matters(verb: Verb, signal: Signal) -> bool:
    kinds = verb.get("input", "dtmf").split()
    return (isinstance(signal, Key) and "dtmf" in kinds) or (isinstance(signal, Spoke) and "speech" in kinds)


def _take(run: CallRun, verb: Verb, given: Input, signal: Signal) -> Steps[None]:
    """Add one key or what was said to the input; the first kind of input wins."""
    if isinstance(signal, Key):
        if signal.digit in verb.get("finishOnKey", "#"):
            given.finished_on, given.done = signal.digit, True
            return
        given.digits += signal.digit
        given.done = len(given.digits) == verb.seconds("numDigits", 0)
    elif isinstance(signal, Spoke) and not given.digits:
        yield from run.rest(signal.speech.seconds + PAUSE_AFTER_SPEECH)
        given.words, given.done = signal.speech.words, bool(signal.speech.words)


def _conclude(verb: Verb, context: Context, given: Input) -> Outcome:
    if given.words:
        return context.target(
            verb,
            parameters=(
                ("SpeechResult", given.words),
                ("Confidence", CONFIDENCE),
                ("Language", verb.get("language", "en-US")),
            ),
        )
    if not given.digits and verb.get("actionOnEmptyResult") != "true":
        return None
    typed = (("Digits", given.digits), ("FinishedOnKey", given.finished_on), ("msg", "Gather End"))
    return context.target(verb, parameters=typed)
