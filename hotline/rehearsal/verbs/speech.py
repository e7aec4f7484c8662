"""Say, Play and Pause: what is heard, and how long it takes."""

from __future__ import annotations

from hotline.rehearsal.callrun import CallRun
from hotline.rehearsal.documents import Verb
from hotline.rehearsal.signals import Steps
from hotline.rehearsal.verbs import media
from hotline.rehearsal.verbs.context import Context, Outcome

CHARACTERS_PER_SECOND = 14.0
MOST_REPEATS = 1000
LONGEST_TEXT, TOO_LONG = 3000, 13521


def say(run: CallRun, verb: Verb, _context: Context) -> Steps[Outcome]:
    """Speak the text `loop` times; keys pressed meanwhile are lost."""
    run.pick_up()
    run.show("say")
    for _ in range(repeats(verb)):
        run.check()
        yield from run.rest(utter(run, verb))
    return None


def play(run: CallRun, verb: Verb, context: Context) -> Steps[Outcome]:
    """Play a sound `loop` times, or send keys."""
    run.pick_up()
    run.show("say")
    lasts = yield from media.seconds(run, verb, context)
    for _ in range(repeats(verb)):
        run.check()
        yield from run.rest(utter(run, verb, lasts))
    return None


def pause(run: CallRun, verb: Verb, context: Context) -> Steps[Outcome]:
    """Wait `length` seconds; before anything else it waits without picking up."""
    if not context.first:
        run.pick_up()
    yield from run.rest(verb.seconds("length", 1))
    run.pick_up()
    return None


def utter(run: CallRun, verb: Verb, lasts: float = 0.0) -> float:
    """Let the person hear one Say, Play (that `lasts` so long) or Pause; return how many seconds it takes."""
    if verb.name == "Pause":
        return verb.seconds("length", 1)
    if verb.name == "Play":
        if run.phone is not None and verb.text and lasts:
            run.phone.hear(f"♪ {verb.text}")
        return lasts
    text = " ".join(verb.text.split())
    if len(text) > LONGEST_TEXT:
        run.exchange.notice(TOO_LONG, f"texte de {len(text)} caractères", call_sid=run.call.sid)
    if run.phone is not None:
        run.phone.hear(text, verb.get("voice", "man"), verb.get("language", "en-US"))
    return len(text) / (CHARACTERS_PER_SECOND * run.exchange.speech_rate)


def repeats(verb: Verb) -> int:
    """Return how often a sound is played: `loop`, where 0 means as often as the carrier allows."""
    return int(verb.seconds("loop", 1)) or MOST_REPEATS
