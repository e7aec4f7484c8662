"""Calls: a route hears, a service decides, a script speaks. Top to bottom, the whole conversation."""

from typing import TypedDict, assert_never

import structlog
from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from callflows import apology, bridge, greeting, listener, refusal, spoken, voicemail, whisper
from callflows.script import Leg, Script
from hotline.models import Call
from hotline.services import bridges, calls, ringing, voicemails
from hotline.services.bridges import Bridge, GreetVolunteer
from hotline.services.calls import Decision, GreetListener, Refuse, SayNothing, TakeMessage
from hotline.services.ringing import Ask, Decline, Join, Ring, Taken
from hotline.telephony import webhooks as heard
from hotline.web.addresses import webhook
from hotline.web.product import product
from hotline.web.signed import form, guard, twiml

webhooks = guard(Blueprint("voice", __name__, url_prefix="/voice"))
log = structlog.get_logger()
BOTH = ["GET", "POST"]


@webhooks.route("/incoming", methods=BOTH)
def incoming() -> Response:
    """Somebody phones the line. Next: `rung`, `message`, `bridge_announce`, `bridge_ended`, or the end."""
    hotline, event = product(), heard.incoming_call(form())
    at = hotline.clock.now()
    return twiml(
        _spoken(hotline.database.run(lambda session: calls.answer(session, hotline.line, event, at)))
    )


@webhooks.route("/rung", methods=BOTH)
def rung() -> Response:
    """The listeners' telephones have stopped ringing. Next: `rung` again, `message`, or the end."""
    hotline, event = product(), heard.dial_ended(form())
    at, attempt = hotline.clock.now(), request.args.get("attempt", 0, type=int)

    def decide(session: Session) -> Decision:
        call = calls.logged(session, hotline.line, heard.incoming_call(form()), at)
        if event.bridged:
            calls.spoken(session, hotline.line, call, at)
            return SayNothing()
        if event.status == "completed":
            calls.left(session, call, at)
            return SayNothing()
        if call.attempt != attempt:
            return calls.answer(session, hotline.line, heard.incoming_call(form()), at)
        return ringing.after(session, hotline.line, call, event, at) or calls.nobody_answered(call, at)

    return twiml(_spoken(hotline.database.run(decide)))


@webhooks.route("/whisper", methods=BOTH)
def whispered() -> Response:
    """A listener's telephone was picked up. Next: `pressed`."""
    hotline, event, leg = product(), heard.keys_pressed(form()), request.args.get("leg", 0, type=int)
    match hotline.database.run(lambda session: ringing.picked_up(session, leg, event.sid)):
        case Ask(withheld=withheld):
            on_key = webhook(hotline, "/voice/pressed", leg=leg)
            return twiml(whisper.ask(hotline.line.words, on_key=on_key, withheld=withheld))
        case Taken():
            return twiml(whisper.taken(hotline.line.words))
        case never:
            assert_never(never)


@webhooks.route("/pressed", methods=BOTH)
def pressed() -> Response:
    """A listener pressed a key: 1 joins them with the caller, once."""
    hotline, event, leg = product(), heard.keys_pressed(form()), request.args.get("leg", 0, type=int)
    match hotline.database.run(lambda session: ringing.pressed(session, leg, event.digits)):
        case Join():
            return twiml(whisper.accepted())
        case Decline():
            return twiml(whisper.refused(hotline.line.words))
        case Taken():
            return twiml(whisper.taken(hotline.line.words))
        case never:
            assert_never(never)


@webhooks.route("/leg", methods=BOTH)
def leg() -> Response:
    """News of one rung telephone."""
    event, leg_id = heard.leg_status(form()), request.args.get("leg", 0, type=int)
    product().database.run(lambda session: ringing.leg_news(session, leg_id, event))
    return Response(status=204)


@webhooks.route("/message", methods=BOTH)
def message() -> Response:
    """A message was recorded, or nothing was."""
    hotline, event, call = product(), heard.message_recorded(form()), heard.incoming_call(form())
    at = hotline.clock.now()

    def keep(session: Session) -> bool:
        calls.logged(session, hotline.line, call, at)
        return voicemails.recorded(session, hotline.line, event, at)

    kept = hotline.database.run(keep)
    say = voicemail.thanks if kept else voicemail.nothing_heard
    return twiml(say(hotline.line.words))


@webhooks.route("/recording", methods=BOTH)
def recording() -> Response:
    """The carrier's news of a recording: it may come before `message`, twice, or never."""
    hotline, event = product(), heard.recording_status(form())
    at = hotline.clock.now()
    hotline.database.run(lambda session: voicemails.announced(session, hotline.line, event, at))
    return Response(status=204)


@webhooks.route("/bridge/announce", methods=BOTH)
def bridge_announce() -> Response:
    """The called person has answered a volunteer's call: they hear first who is calling."""
    hotline, call_id = product(), request.args.get("call", 0, type=int)

    def who(session: Session) -> Bridge | None:
        call = session.get(Call, call_id)
        return bridges.announced(session, call) if call else None

    pair = hotline.database.run(who)
    volunteer, caller = (pair.volunteer, pair.caller) if pair else (None, None)
    return twiml(bridge.announce(hotline.line.words, volunteer=volunteer, caller=caller))


@webhooks.route("/bridge/ended", methods=BOTH)
def bridge_ended() -> Response:
    """A volunteer's call to a caller is over."""
    hotline, event = product(), heard.dial_ended(form())
    at = hotline.clock.now()

    def note(session: Session) -> bool:
        call = calls.logged(session, hotline.line, heard.incoming_call(form()), at)
        return bridges.ended(session, call, event, at)

    return twiml(bridge.ended(hotline.line.words, reached=hotline.database.run(note)))


@webhooks.route("/status", methods=BOTH)
def status() -> Response:
    """The number's own news: a call is over, also one whose first webhook never came."""
    hotline, event, call = product(), heard.call_ended(form()), heard.incoming_call(form())
    at = hotline.clock.now()

    def note(session: Session) -> None:
        if event.over and call.direction == "inbound":
            calls.logged(session, hotline.line, call, at)
        calls.ended(session, event, at)

    hotline.database.run(note)
    return Response(status=204)


@webhooks.route("/fallback", methods=BOTH)
def fallback() -> Response:
    """The carrier could not get or read another document of ours: log why, take a message."""
    hotline, fault, call = product(), heard.carrier_fault(form()), heard.incoming_call(form())
    log.error("carrier_fallback", code=fault.error_code, url=fault.error_url, call=call.sid)
    at = hotline.clock.now()

    def note(session: Session) -> None:
        calls.nobody_answered(calls.logged(session, hotline.line, call, at), at)

    hotline.database.run(note)
    return _apology()


@webhooks.errorhandler(Exception)
def fault(error: Exception) -> Response:
    """Whatever broke, a caller hears an apology and can leave a message; only strangers get an error."""
    if getattr(error, "code", None) == 403:
        return Response("Signature refused.", status=403, content_type="text/plain; charset=utf-8")
    log.error("voice_fault", path=request.path, call=form().get("CallSid"), exc_info=error)
    if request.path in _NO_CALLER_LISTENS:
        return Response(status=204)
    if request.path in _NOT_TWICE:
        return twiml(apology.farewell(product().line.words))
    return _apology()


_NO_CALLER_LISTENS = frozenset({"/voice/leg", "/voice/recording", "/voice/status"})
_NOT_TWICE = frozenset(
    {"/voice/message", "/voice/whisper", "/voice/pressed", "/voice/bridge/announce", "/voice/bridge/ended"}
)


def _spoken(decision: Decision) -> str:
    """Put a decision into words."""
    hotline = product()
    words, number = hotline.line.words, hotline.line.number
    match decision:
        case Ring(attempt=attempt, phones=phones, seconds=seconds, greet=greet):
            legs = [_listener_leg(phone) for phone in phones]
            on_ended = webhook(hotline, "/voice/rung", attempt=attempt)
            return greeting.ring(
                words, greet=greet, legs=legs, caller_id=number, seconds=seconds, on_ended=on_ended
            )
        case TakeMessage():
            return _invitation(decision)
        case Bridge(volunteer=volunteer, caller=caller, number=to, seconds=seconds, call_id=call_id):
            return bridge.connect(
                words,
                volunteer=volunteer,
                caller=caller,
                legs=[Leg(to, on_answer=webhook(hotline, "/voice/bridge/announce", call=call_id))],
                caller_id=number,
                seconds=seconds,
                on_ended=webhook(hotline, "/voice/bridge/ended"),
            )
        case GreetVolunteer():
            return _kind_word(decision)
        case GreetListener():
            return listener.welcome(words, None)
        case Refuse():
            return refusal.busy()
        case SayNothing():
            return Script().hang_up().xml()
        case never:
            assert_never(never)


def _listener_leg(phone: ringing.RungPhone) -> Leg:
    return Leg(
        phone.number,
        on_answer=webhook(product(), "/voice/whisper", leg=phone.leg_id),
        on_status=webhook(product(), "/voice/leg", leg=phone.leg_id),
    )


def _kind_word(decision: GreetVolunteer) -> str:
    words = product().line.words
    if decision.unreachable:
        return bridge.unreachable(words, volunteer=decision.volunteer, caller=None)
    if decision.offer is not None:
        return bridge.offer_waiting(words, decision.volunteer, decision.offer)
    return bridge.nobody_waiting(words, decision.volunteer)


def _invitation(decision: TakeMessage) -> str:
    line = product().line
    return voicemail.take(
        line.words,
        reason=decision.reason,
        next_opening=_spoken_opening(decision),
        withheld=decision.withheld,
        **_recording(),
    )


def _spoken_opening(decision: TakeMessage) -> str | None:
    if decision.next_opening is None:
        return None
    line = product().line
    return spoken.next_opening(
        decision.next_opening,
        line.local(product().clock.now()),
        skipped_day=decision.skipped_day,
        language=line.words.language,
    )


def _apology() -> Response:
    return twiml(apology.take_message(product().line.words, **_recording()))


class _Recording(TypedDict):
    longest: int
    silence: int
    on_recorded: str
    on_recording: str


def _recording() -> _Recording:
    hotline = product()
    rules = hotline.line.config.voicemail
    return {
        "longest": int(rules.longest.total_seconds()),
        "silence": int(rules.silence.total_seconds()),
        "on_recorded": webhook(hotline, "/voice/message"),
        "on_recording": webhook(hotline, "/voice/recording"),
    }
