"""Decisions put into words: the one place where a service's decision becomes a document for the carrier."""

from typing import TypedDict, assert_never

from callflows import apology, bridge, greeting, listener, refusal, spoken, voicemail
from callflows.script import Leg, Script
from hotline.bootstrap import Hotline
from hotline.services.assignments import Answered
from hotline.services.bridges import AskAboutOffer, Bridge, GreetVolunteer, OfferAnswered
from hotline.services.calls import Decision, GreetListener, Refuse, SayNothing, TakeMessage
from hotline.services.ringing import Ring, RungPhone
from hotline.web.addresses import webhook


def document(hotline: Hotline, decision: Decision) -> str:
    """Return what the person on the line hears, and where the carrier asks next."""
    match decision:
        case Ring():
            return _ring(hotline, decision)
        case TakeMessage():
            return _invitation(hotline, decision)
        case Bridge():
            return _connect(hotline, decision)
        case AskAboutOffer():
            return _offer(hotline, decision)
        case GreetVolunteer():
            return _kind_word(hotline, decision)
        case GreetListener():
            return listener.welcome(hotline.line.words, None)
        case Refuse():
            return refusal.busy()
        case SayNothing():
            return Script().hang_up().xml()
        case never:
            assert_never(never)


def answered(hotline: Hotline, offer: OfferAnswered) -> str:
    """Return what a volunteer hears after answering an offer by key."""
    match offer.became:
        case Answered.ACCEPTED | Answered.ALREADY_ACCEPTED:
            return bridge.offer_accepted(hotline.line.words, caller=offer.caller)
        case Answered.DECLINED | Answered.ALREADY_DECLINED:
            return bridge.offer_declined(hotline.line.words)
        case Answered.TOO_LATE:
            return bridge.offer_gone(hotline.line.words)
        case never:
            assert_never(never)


def sorry(hotline: Hotline) -> str:
    """Return the apology with which a caller can still leave a message."""
    return apology.take_message(hotline.line.words, **_recording(hotline))


def _ring(hotline: Hotline, decision: Ring) -> str:
    return greeting.ring(
        hotline.line.words,
        greet=decision.greet,
        legs=[_listener_leg(hotline, phone) for phone in decision.phones],
        caller_id=hotline.line.number,
        seconds=decision.seconds,
        on_ended=webhook(hotline, "/voice/rung", attempt=decision.attempt),
    )


def _listener_leg(hotline: Hotline, phone: RungPhone) -> Leg:
    return Leg(
        phone.number,
        on_answer=webhook(hotline, "/voice/whisper", leg=phone.leg_id),
        on_status=webhook(hotline, "/voice/leg", leg=phone.leg_id),
    )


def _invitation(hotline: Hotline, decision: TakeMessage) -> str:
    return voicemail.take(
        hotline.line.words,
        reason=decision.reason,
        next_opening=_opening(hotline, decision),
        withheld=decision.withheld,
        **_recording(hotline),
    )


def _opening(hotline: Hotline, decision: TakeMessage) -> str | None:
    if decision.next_opening is None:
        return None
    return spoken.next_opening(
        decision.next_opening,
        decision.called_at,
        skipped_day=decision.skipped_day,
        language=hotline.line.words.language,
    )


def _connect(hotline: Hotline, decision: Bridge) -> str:
    announce = webhook(hotline, "/voice/bridge/announce", call=decision.call_id)
    return bridge.connect(
        hotline.line.words,
        volunteer=decision.volunteer,
        caller=decision.caller,
        legs=[Leg(decision.number, on_answer=announce)],
        caller_id=hotline.line.number,
        seconds=decision.seconds,
        on_ended=webhook(hotline, "/voice/bridge/ended"),
    )


def _kind_word(hotline: Hotline, decision: GreetVolunteer) -> str:
    words = hotline.line.words
    if decision.unreachable:
        return bridge.unreachable(words, volunteer=decision.volunteer, caller=None)
    return bridge.nobody_waiting(words, decision.volunteer)


def _offer(hotline: Hotline, decision: AskAboutOffer) -> str:
    return bridge.offer_waiting(
        hotline.line.words,
        volunteer=decision.volunteer,
        caller=decision.caller,
        on_key=webhook(hotline, "/voice/offer", assignment=decision.assignment_id),
    )


class _Recording(TypedDict):
    longest: int
    silence: int
    on_recorded: str
    on_recording: str


def _recording(hotline: Hotline) -> _Recording:
    rules = hotline.line.config.voicemail
    return {
        "longest": int(rules.longest.total_seconds()),
        "silence": int(rules.silence.total_seconds()),
        "on_recorded": webhook(hotline, "/voice/message"),
        "on_recording": webhook(hotline, "/voice/recording"),
    }
