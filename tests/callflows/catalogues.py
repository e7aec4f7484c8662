"""The two catalogues, and every document and text made with extreme values."""

from pathlib import Path
from typing import Any

from callflows import apology, bridge, greeting, listener, refusal, texts, voicemail, whisper
from callflows.script import Leg
from callflows.wordings import Wordings, load

ROOT = Path(__file__).parents[2]
PROMPTS = ROOT / "config" / "prompts"
FRENCH = load(PROMPTS, "fr")
ENGLISH = load(PROMPTS, "en")
BOTH = (FRENCH, ENGLISH)

LINE = "+33199000100"
LONG = 'Marie-Christine & <b>Odette</b> "d\'Aÿ" 🌻\x00\x0b\ud800 ' * 6
NAMES = ("Odette", LONG, "", None)
TEN_LEGS = [Leg(f"+331990002{n:02}", f"/whisper?leg={n}&a=<b>", f"/leg?leg={n}&x=y") for n in range(10)]


def documents(words: Wordings, name: str | None) -> dict[str, str]:
    """Every spoken document in one language, with one name everywhere."""
    recording: dict[str, Any] = {
        "longest": 300,
        "silence": 8,
        "on_recorded": "/r?a=1&b=2",
        "on_recording": "/s?a=1&b=2",
    }
    dialling: dict[str, Any] = {
        "legs": TEN_LEGS,
        "caller_id": LINE,
        "seconds": 20,
        "on_ended": "/ended?call=1&try=2",
    }
    made = {
        f"greeting.ring greet={greet}": greeting.ring(words, greet=greet, **dialling)
        for greet in (True, False)
    }
    for reason in voicemail.Reason:
        for opening in ("le premier septembre deux mille vingt-sept à quatorze heures trente", None):
            for withheld in (True, False):
                made[f"voicemail.take {reason} {opening} {withheld}"] = voicemail.take(
                    words,
                    reason=reason,
                    next_opening=opening,
                    withheld=withheld,
                    **recording,
                )
    return made | {
        "voicemail.thanks": voicemail.thanks(words),
        "voicemail.nothing_heard": voicemail.nothing_heard(words),
        "whisper.ask": whisper.ask(words, on_key="/k?a=1&b=2"),
        "whisper.ask withheld": whisper.ask(words, on_key="/k", withheld=True),
        "whisper.accepted": whisper.accepted(),
        "whisper.refused": whisper.refused(words),
        "whisper.taken": whisper.taken(words),
        "bridge.connect": bridge.connect(words, volunteer=name, caller=name, **dialling),
        "bridge.announce": bridge.announce(words, volunteer=name, caller=name),
        "bridge.ended reached": bridge.ended(words, reached=True),
        "bridge.ended": bridge.ended(words, reached=False),
        "bridge.nobody_waiting": bridge.nobody_waiting(words, name),
        "bridge.offer_waiting": bridge.offer_waiting(words, volunteer=name, caller=name, on_key="/k?a=1&b=2"),
        "bridge.offer_accepted": bridge.offer_accepted(words, caller=name),
        "bridge.offer_declined": bridge.offer_declined(words),
        "bridge.offer_gone": bridge.offer_gone(words),
        "bridge.unreachable": bridge.unreachable(words, volunteer=name, caller=name),
        "listener.welcome": listener.welcome(words, name),
        "apology.take_message": apology.take_message(words, **recording),
        "apology.farewell": apology.farewell(words),
        "refusal.busy": refusal.busy(),
    }


def messages(words: Wordings, name: str | None) -> dict[str, str]:
    """Every SMS in one language with the longest plausible values and one name everywhere."""
    when = "mercredi 30/12 à 18 h 30"
    asked: dict[str, Any] = {
        "volunteer": name,
        "caller": name,
        "recurring": True,
        "answer_by": when,
    }
    return {
        "offer": texts.offer(words, reference=99999, place=name, **asked),
        "offer_one_way": texts.offer_one_way(words, place=name, line=LINE, **asked),
        "acknowledgement": texts.acknowledgement(words),
        "accepted": texts.accepted(words, volunteer=name, caller=name, line=LINE, before=when),
        "declined": texts.declined(words),
        "already_accepted": texts.already_accepted(words, caller=name, line=LINE),
        "already_declined": texts.already_declined(words),
        "too_late": texts.too_late(words),
        "which_one": texts.which_one(words, range(99980, 99999)),
        "which_report": texts.which_report(words, range(99980, 99999)),
        "unknown_reference": texts.unknown_reference(words, 999_999),
        "no_offer_open": texts.no_offer_open(words),
        "not_understood": texts.not_understood(words),
        "reported": texts.reported(words, name),
        "next_try": texts.next_try(words, name, when),
        "alert_received": texts.alert_received(words),
        "stopped": texts.stopped(words),
        "restarted": texts.restarted(words),
        "helped": texts.helped(words),
        "listener_closing": texts.listener_closing(words),
        "listener_closed": texts.listener_closed(words),
        "contact_again": texts.contact_again(words, name, 99999),
    }
