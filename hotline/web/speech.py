"""What callers hear: a service's decision becomes a document for the carrier."""

from typing import TypedDict

from callflows import apology, boundary, greeting, listener, refusal, spoken, voicemail
from callflows.script import Leg, Script
from callflows.wordings import Wordings
from hotline.bootstrap import Hotline
from hotline.services.calls import Decision, GreetListener, KeepApart, Refuse, SayNothing
from hotline.services.inviting import TakeMessage
from hotline.services.ringing import Ring, RungPhone
from hotline.web import briefing
from hotline.web.addresses import webhook


def document(hotline: Hotline, decision: Decision, *, star: bool = True) -> str:
    """Return what the person on the line hears, and where the carrier asks next.

    With `star` a volunteer who borrows the telephone may press * during the greeting.
    """
    on_star = webhook(hotline, "/voice/star") if star else None
    match decision:
        case Ring():
            return _ring(hotline, decision, on_star)
        case TakeMessage():
            return _invitation(hotline, decision, on_star)
        case KeepApart(number=number, language=language):
            words = hotline.line.at(number).words_in(language)
            return boundary.take(words, on_star=on_star, **_recording(hotline, words.language))
        case GreetListener():
            return listener.welcome(hotline.line.words, on_star=on_star)
        case Refuse():
            return refusal.busy()
        case SayNothing():
            return Script().hang_up().xml()
        case _:
            return briefing.document(hotline, decision, on_star=on_star)


def sorry(hotline: Hotline, number: str) -> str:
    """Return the apology with which a caller of one of our numbers can still leave a message."""
    line = hotline.line.at(number)
    words = line.words_in(line.language)
    return apology.take_message(words, **_recording(hotline, words.language))


def _ring(hotline: Hotline, decision: Ring, on_star: str | None) -> str:
    return greeting.ring(
        hotline.line.at(decision.number).words_in(decision.language),
        greet=decision.greet,
        legs=[_listener_leg(hotline, phone) for phone in decision.phones],
        caller_id=hotline.line.at(decision.number).number,
        seconds=decision.seconds,
        on_ended=webhook(hotline, "/voice/rung", attempt=decision.attempt),
        on_star=on_star,
        volunteer=decision.volunteer,
        longest=int(hotline.line.config.limits.longest_call.total_seconds()),
    )


def _listener_leg(hotline: Hotline, phone: RungPhone) -> Leg:
    return Leg(
        phone.number,
        on_answer=webhook(hotline, "/voice/whisper", leg=phone.leg_id),
        on_status=webhook(hotline, "/voice/leg", leg=phone.leg_id),
    )


def _invitation(hotline: Hotline, decision: TakeMessage, on_star: str | None) -> str:
    words = hotline.line.at(decision.number).words_in(decision.language)
    return voicemail.take(
        words,
        reason=decision.reason,
        next_opening=_opening(words, decision),
        withheld=decision.withheld,
        volunteer=decision.volunteer,
        brief=decision.brief,
        on_star=on_star,
        **_recording(hotline, words.language),
    )


def _opening(words: Wordings, decision: TakeMessage) -> str | None:
    if decision.next_opening is None or words.language not in spoken.LANGUAGES:
        return None
    return spoken.next_opening(
        decision.next_opening,
        decision.called_at,
        skipped_day=decision.skipped_day,
        language=words.language,
    )


class _Recording(TypedDict):
    longest: int
    silence: int
    on_recorded: str
    on_recording: str


def _recording(hotline: Hotline, language: str) -> _Recording:
    """Return how a message is taken; its thanks are said in another language than French where asked for."""
    rules = hotline.line.config.voicemail
    asked = {} if language == hotline.line.words.language else {"language": language}
    return {
        "longest": int(rules.longest.total_seconds()),
        "silence": int(rules.silence.total_seconds()),
        "on_recorded": webhook(hotline, "/voice/message", **asked),
        "on_recording": webhook(hotline, "/voice/recording"),
    }
