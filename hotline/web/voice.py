"""Calls: a route hears, a service decides, a script speaks. Top to bottom, the whole conversation."""

from collections.abc import Callable
from functools import wraps
from typing import assert_never

import structlog
from flask import Blueprint, Response, request

from callflows import apology, bridge, voicemail, whisper
from hotline.services import bridges, calls, ringing, voicemails
from hotline.services.bridges import OfferAnswered
from hotline.services.ringing import Ask, Decline, Join, Taken
from hotline.telephony import webhooks as heard
from hotline.web import speech
from hotline.web.addresses import webhook
from hotline.web.product import product
from hotline.web.signed import form, guard, twiml

webhooks = guard(Blueprint("voice", __name__, url_prefix="/voice"))
log = structlog.get_logger()
View = Callable[[], Response]


def _take_message(_fault: Exception | None = None) -> Response:
    """A caller is on the line: apologise, and take a message."""
    return twiml(speech.sorry(product()))


def _farewell(_fault: Exception | None = None) -> Response:
    """Somebody is on the line who has no message to leave: apologise, and hang up."""
    return twiml(apology.farewell(product().line.words))


def _acknowledge() -> Response:
    """The carrier's news are noted."""
    return Response(status=204)


def _tell_again(fault: Exception) -> Response:
    """Nobody listens: the carrier is asked to repeat its news (`#rc=…&rp=5xx`), if they are news at all."""
    return Response(status=204 if isinstance(fault, heard.MalformedWebhook) else 503)


def hears(path: str, *, on_fault: Callable[[Exception], Response]) -> Callable[[View], View]:
    """Register a webhook; whatever breaks in it is logged and answered by `on_fault`, never by an error."""

    def register(view: View) -> View:
        @wraps(view)
        def never_silent() -> Response:
            try:
                return view()
            except Exception as fault:
                log.exception("voice_fault", path=request.path, call=form().get("CallSid"))
                return on_fault(fault)

        webhooks.add_url_rule(path, view_func=never_silent, methods=["GET", "POST"])
        return never_silent

    return register


@hears("/incoming", on_fault=_take_message)
def incoming() -> Response:
    """Somebody phones the line. Next: `rung`, `message`, `bridge_announced`, `bridge_ended`, or the end."""
    hotline, call = product(), heard.incoming_call(form())
    at = hotline.clock.now()
    decision = hotline.database.run(lambda session: calls.answer(session, hotline.line, call, at))
    return twiml(speech.document(hotline, decision))


@hears("/rung", on_fault=_take_message)
def rung() -> Response:
    """The listeners' telephones have stopped ringing. Next: `rung` again, `message`, or the end."""
    hotline, event, call = product(), heard.dial_ended(form()), heard.incoming_call(form())
    at, attempt = hotline.clock.now(), _asked("attempt")
    decision = hotline.database.run(
        lambda session: calls.rung(session, hotline.line, call, event, attempt, at)
    )
    return twiml(speech.document(hotline, decision))


@hears("/whisper", on_fault=_farewell)
def whispered() -> Response:
    """A listener's telephone was picked up. Next: `pressed`."""
    hotline, event, leg = product(), heard.keys_pressed(form()), _asked("leg")
    match hotline.database.run(lambda session: ringing.picked_up(session, leg, event.sid)):
        case Ask(withheld=withheld):
            on_key = webhook(hotline, "/voice/pressed", leg=leg)
            return twiml(whisper.ask(hotline.line.words, on_key=on_key, withheld=withheld))
        case Taken():
            return twiml(whisper.taken(hotline.line.words))
        case never:
            assert_never(never)


@hears("/pressed", on_fault=_farewell)
def pressed() -> Response:
    """A listener pressed a key: 1 joins them with the caller, once."""
    hotline, event, leg = product(), heard.keys_pressed(form()), _asked("leg")
    match hotline.database.run(lambda session: ringing.pressed(session, leg, event.digits)):
        case Join():
            return twiml(whisper.accepted())
        case Decline():
            return twiml(whisper.refused(hotline.line.words))
        case Taken():
            return twiml(whisper.taken(hotline.line.words))
        case never:
            assert_never(never)


@hears("/leg", on_fault=_tell_again)
def leg() -> Response:
    """News of one rung telephone."""
    event, leg_id = heard.leg_status(form()), _asked("leg")
    product().database.run(lambda session: ringing.leg_news(session, leg_id, event))
    return _acknowledge()


@hears("/message", on_fault=_farewell)
def message() -> Response:
    """A message was recorded, or nothing was."""
    hotline, event, call = product(), heard.message_recorded(form()), heard.incoming_call(form())
    at = hotline.clock.now()
    kept = hotline.database.run(lambda session: voicemails.recorded(session, hotline.line, call, event, at))
    say = voicemail.thanks if kept else voicemail.nothing_heard
    return twiml(say(hotline.line.words))


@hears("/recording", on_fault=_tell_again)
def recording() -> Response:
    """The carrier's news of a recording: it may come before `message`, twice, or never."""
    hotline, event = product(), heard.recording_status(form())
    at = hotline.clock.now()
    if hotline.database.run(lambda session: voicemails.announced(session, hotline.line, event, at)):
        hotline.store.delete(event.recording_sid)
    return _acknowledge()


@hears("/offer", on_fault=_farewell)
def offer_answered() -> Response:
    """A volunteer on the telephone answered an offer: 1 for yes, 2 for no; another key is asked again."""
    hotline, event, assignment = product(), heard.keys_pressed(form()), _asked("assignment")
    at = hotline.clock.now()
    answer = hotline.database.run(
        lambda session: bridges.answer_offer(session, hotline.line, event.sid, assignment, event.digits, at)
    )
    if isinstance(answer, OfferAnswered):
        return twiml(speech.answered(hotline, answer))
    return twiml(speech.document(hotline, answer))


@hears("/bridge/announce", on_fault=_farewell)
def bridge_announced() -> Response:
    """The called person has answered a volunteer's call: they hear first who is calling."""
    hotline, call_id = product(), _asked("call")
    with hotline.database.read() as session:
        pair = bridges.announced(session, call_id)
    volunteer, caller = (pair.volunteer, pair.caller) if pair else (None, None)
    return twiml(bridge.announce(hotline.line.words, volunteer=volunteer, caller=caller))


@hears("/bridge/ended", on_fault=_farewell)
def bridge_ended() -> Response:
    """A volunteer's call to a caller is over."""
    hotline, event, call = product(), heard.dial_ended(form()), heard.incoming_call(form())
    at = hotline.clock.now()
    reached = hotline.database.run(lambda session: calls.bridge_over(session, hotline.line, call, event, at))
    return twiml(bridge.ended(hotline.line.words, reached=reached))


@hears("/status", on_fault=_tell_again)
def status() -> Response:
    """The number's own news: a call is over, also one whose first webhook never came."""
    hotline, event, call = product(), heard.call_ended(form()), heard.incoming_call(form())
    at = hotline.clock.now()
    hotline.database.run(lambda session: calls.ended(session, hotline.line, call, event, at))
    return _acknowledge()


@hears("/fallback", on_fault=_take_message)
def fallback() -> Response:
    """The carrier could not get or read another document of ours: log why, take a message."""
    hotline, why, call = product(), heard.carrier_fault(form()), heard.incoming_call(form())
    log.error("carrier_fallback", code=why.error_code, url=why.error_url, call=call.sid)
    if call.direction.startswith("outbound"):
        return _farewell()
    at = hotline.clock.now()
    hotline.database.run(lambda session: calls.logged(session, hotline.line, call, at))
    return _take_message()


@webhooks.route("/<path:unknown>", methods=["GET", "POST"])
def lost(unknown: str) -> Response:
    """An address that is none of ours, asked by the carrier itself: somebody may be on the line."""
    log.error("unknown_webhook", path=unknown, call=form().get("CallSid"))
    return _take_message()


def _asked(name: str) -> int:
    """Return a number that we put into the address ourselves; 0 when it is not there."""
    return request.args.get(name, 0, type=int)
