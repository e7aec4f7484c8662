"""The two catalogues, and every document made with extreme values."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from callflows import (
    apology,
    boundary,
    bridge,
    errands,
    greeting,
    joined,
    listener,
    pin,
    refusal,
    voicemail,
    whisper,
)
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
TEN_LEGS = [
    Leg(f"+331990002{n:02}", f"/whisper?leg={n}&a=<b>", f"/leg?leg={n}&x=y", f"/machine?leg={n}&x=y")
    for n in range(10)
]
NOW = datetime(2026, 12, 30, 18, 30)  # noqa: DTZ001 - a clock on a wall


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
        "on_star": "/star?a=1&b=2",
    }
    made = {
        f"greeting.ring greet={greet}": greeting.ring(words, greet=greet, volunteer=name, **dialling)
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
                    volunteer=name,
                    on_star="/star?a=1&b=2",
                    **recording,
                )
    return made | {
        "voicemail.thanks": voicemail.thanks(words),
        "voicemail.nothing_heard": voicemail.nothing_heard(words),
        "whisper.ask": whisper.ask(words, on_key="/k?a=1&b=2"),
        "whisper.ask withheld": whisper.ask(words, on_key="/k", withheld=True),
        "whisper.ask named": whisper.ask(words, on_key="/k", caller=name),
        "whisper.accepted": whisper.accepted(),
        "whisper.refused": whisper.refused(words),
        "whisper.taken": whisper.taken(words),
        "pin.ask": pin.ask(words, on_pin="/pin?a=1&b=2", otherwise="/star?a=1&b=2"),
        "pin.ask again": pin.ask(words, on_pin="/pin", otherwise="/star", again=True),
        "pin.refused": pin.refused(words),
        "listener.welcome": listener.welcome(words, on_star="/star?a=1&b=2"),
        "boundary.take": boundary.take(words, on_star="/star?a=1&b=2", **recording),
        "apology.take_message": apology.take_message(words, **recording),
        "apology.farewell": apology.farewell(words),
        "refusal.busy": refusal.busy(),
        **volunteers_documents(words, name, dialling),
        **bridged_documents(words, name),
    }


def volunteers_documents(words: Wordings, name: str | None, dialling: dict[str, Any]) -> dict[str, str]:
    """What a volunteer hears before somebody is rung."""
    hello, key = bridge.hello(words, name), "/k?a=1&b=2"
    choices = [
        bridge.Choice(name, place, NOW + timedelta(days=days)) for days, place in enumerate("ABCDEFGH")
    ]
    alike = [bridge.Choice(name, "05100", NOW - timedelta(days=days)) for days in range(8)]
    named: dict[str, Any] = {"hello": hello, "caller": name, "on_key": key, "again": True}
    return {
        "bridge.connect": bridge.connect(words, hello=hello, caller=name, **dialling),
        "bridge.choose": bridge.choose(
            words, hello=hello, choices=choices, offers=True, now=NOW, on_keys=key
        ),
        "bridge.choose alike": bridge.choose(
            words, hello=hello, choices=alike, offers=True, now=NOW, on_keys=key
        ),
        "bridge.late": bridge.late(words, **named),
        "bridge.ready": bridge.ready(words, **named),
        "bridge.nobody_waiting": bridge.nobody_waiting(
            words, hello=hello, now=NOW, next_call=choices[1], next_shift=choices[2].due, on_star=key
        ),
        "bridge.nobody_waiting on duty": bridge.nobody_waiting(
            words, hello=hello, now=NOW, next_call=None, next_shift=NOW, on_star=None
        ),
        "bridge.unreachable": bridge.unreachable(words, hello=hello, caller=name),
        "bridge.exhausted": bridge.exhausted(words, hello=hello),
        "bridge.offer_waiting": bridge.offer_waiting(words, **named),
        "bridge.errand_waiting": bridge.offer_waiting(words, **named, errand="SOLIDARITE_PROXIMITE"),
        "bridge.errand_arranged": errands.arranged(words),
        "bridge.offer_accepted": bridge.offer_accepted(words, caller=name),
        "bridge.offer_declined": bridge.offer_declined(words),
        "bridge.offer_gone": bridge.offer_gone(words),
    }


def bridged_documents(words: Wordings, name: str | None) -> dict[str, str]:
    """What the called person hears first, and what the volunteer hears when it is over."""
    pair: dict[str, Any] = {"volunteer": name, "caller": name}
    over: dict[str, Any] = {"next_try": NOW + timedelta(days=1), "now": NOW}
    return {
        "joined.answered": joined.answered(words, **pair, association=True, on_waited="/w?a=1&b=2"),
        "joined.announce": joined.announce(words, **pair, association=False),
        "joined.machine": joined.machine(words, **pair, message=True),
        "joined.machine without a word": joined.machine(words, **pair, message=False),
        "joined.reached": joined.reached(words, on_key="/k?a=1&b=2"),
        "joined.called_before": joined.called_before(words, hello="", caller=name, on_key="/k"),
        "joined.asked_again": joined.asked_again(words, on_key="/k"),
        "joined.reported": joined.reported(words),
        "joined.alerted": joined.alerted(words),
        "joined.nobody_answered": joined.nobody_answered(words, **over),
        "joined.busy": joined.busy(words, **over),
        "joined.machine_answered": joined.machine_answered(words, next_try=None, now=NOW),
    }
