"""Calls: a route hears, a service decides, a script speaks. Top to bottom, what a caller lives through."""

from typing import assert_never

from flask import Response, request

from callflows import voicemail, whisper
from hotline.services import calls, ringing, voicemails
from hotline.services.ringing import Ask, Decline, Join, Taken
from hotline.telephony import webhooks as heard
from hotline.web import bridge, speech
from hotline.web.addresses import webhook
from hotline.web.answering import acknowledge, asked, farewell, hears, log, take_message, tell_again
from hotline.web.product import product
from hotline.web.signed import form, twiml

# One blueprint, one guard: `bridge` adds the volunteer's side of the conversation to it.
webhooks = bridge.webhooks


@hears("/incoming", on_fault=take_message)
def incoming() -> Response:
    """Somebody phones the line. Next: `rung`, `message`, what `bridge` holds, or the end."""
    hotline, call = product(), heard.incoming_call(form())
    at = hotline.clock.now()
    decision = hotline.database.run(lambda session: calls.answer(session, hotline.line_in(session), call, at))
    return twiml(speech.document(hotline, decision))


@hears("/rung", on_fault=take_message)
def rung() -> Response:
    """The listeners' telephones have stopped ringing. Next: `rung` again, `message`, or the end."""
    hotline, event, call = product(), heard.dial_ended(form()), heard.incoming_call(form())
    at, attempt = hotline.clock.now(), asked("attempt")
    decision = hotline.database.run(
        lambda session: calls.rung(session, hotline.line_in(session), call, event, attempt, at)
    )
    return twiml(speech.document(hotline, decision))


@hears("/whisper", on_fault=farewell)
def whispered() -> Response:
    """A listener's telephone was picked up. Next: `pressed`."""
    hotline, event, leg = product(), heard.keys_pressed(form()), asked("leg")
    match hotline.database.run(lambda session: ringing.picked_up(session, leg, event.sid)):
        case Ask(withheld=withheld, caller=caller):
            on_key = webhook(hotline, "/voice/pressed", leg=leg)
            return twiml(whisper.ask(hotline.line.words, on_key=on_key, withheld=withheld, caller=caller))
        case Taken():
            return twiml(whisper.taken(hotline.line.words))
        case never:
            assert_never(never)


@hears("/pressed", on_fault=farewell)
def pressed() -> Response:
    """A listener pressed a key: 1 joins them with the caller, once."""
    hotline, event, leg = product(), heard.keys_pressed(form()), asked("leg")
    match hotline.database.run(lambda session: ringing.pressed(session, leg, event.digits)):
        case Join():
            return twiml(whisper.accepted())
        case Decline():
            return twiml(whisper.refused(hotline.line.words))
        case Taken():
            return twiml(whisper.taken(hotline.line.words))
        case never:
            assert_never(never)


@hears("/leg", on_fault=tell_again, on_kept=acknowledge)
def leg() -> Response:
    """News of one rung telephone."""
    event, leg_id = heard.leg_status(form()), asked("leg")
    product().database.run(lambda session: ringing.leg_news(session, leg_id, event))
    return acknowledge()


def thank() -> Response:
    """The message is safe with the carrier, and its news with us: thanks, although the database is away."""
    words = product().line.at(form().get("To")).words_in(request.args.get("language", ""))
    return twiml(voicemail.thanks(words))


@hears("/message", on_fault=farewell, on_kept=thank)
def message() -> Response:
    """A message was recorded, or nothing was."""
    hotline, event, call = product(), heard.message_recorded(form()), heard.incoming_call(form())
    at = hotline.clock.now()
    kept = hotline.database.run(lambda session: voicemails.recorded(session, hotline.line, call, event, at))
    say = voicemail.thanks if kept else voicemail.nothing_heard
    return twiml(say(hotline.line.at(call.to_raw).words_in(request.args.get("language", ""))))


@hears("/recording", on_fault=tell_again, on_kept=acknowledge)
def recording() -> Response:
    """The carrier's news of a recording: it may come before `message`, twice, or never."""
    hotline, event = product(), heard.recording_status(form())
    at = hotline.clock.now()
    if hotline.database.run(lambda session: voicemails.announced(session, hotline.line, event, at)):
        hotline.store.delete(event.recording_sid)
    return acknowledge()


@hears("/status", on_fault=tell_again, on_kept=acknowledge)
def status() -> Response:
    """The number's own news: a call is over, also one whose first webhook never came."""
    hotline, event, call = product(), heard.call_ended(form()), heard.incoming_call(form())
    at = hotline.clock.now()
    hotline.database.run(lambda session: calls.ended(session, hotline.line, call, event, at))
    return acknowledge()


@hears("/fallback", on_fault=take_message)
def fallback() -> Response:
    """The carrier could not get or read another document of ours: log why, take a message."""
    hotline, why, call = product(), heard.carrier_fault(form()), heard.incoming_call(form())
    log.error("carrier_fallback", code=why.error_code, url=why.error_url, call=call.sid)
    if call.direction.startswith("outbound"):
        return farewell()
    at = hotline.clock.now()
    hotline.database.run(lambda session: calls.logged(session, hotline.line, call, at))
    return take_message()


@webhooks.route("/<path:unknown>", methods=["GET", "POST"])
def lost(unknown: str) -> Response:
    """An address that is none of ours, asked by the carrier itself: somebody may be on the line."""
    log.error("unknown_webhook", path=unknown, call=form().get("CallSid"))
    return take_message()
