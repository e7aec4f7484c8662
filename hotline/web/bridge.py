"""A volunteer on the line: whom to call, the called person's telephone, how it went."""

from flask import Response, request

from callflows import pin
from hotline.services import bridges, calls, joined, taps
from hotline.services.bridges import OfferAnswered
from hotline.services.joined import Arranged, NotReached, Reported
from hotline.telephony import webhooks as heard
from hotline.web import answering, briefing, speech
from hotline.web.addresses import webhook
from hotline.web.answering import acknowledge, asked, farewell, hears, take_message, tell_again, whole
from hotline.web.product import product
from hotline.web.signed import form, twiml

webhooks = answering.webhooks
STAR = "*"
MOST_PINS = 3


@hears("/star", on_fault=take_message)
def star() -> Response:
    """A key was pressed during a greeting: * asks for a PIN, after anything else the greeting goes on."""
    hotline, event, call = product(), heard.keys_pressed(form()), heard.incoming_call(form())
    if event.digits == STAR:
        return _ask_pin()
    at = hotline.clock.now()
    decision = hotline.database.run(lambda session: calls.answer(session, hotline.line, call, at))
    return twiml(speech.document(hotline, decision, star=False))


@hears("/pin", on_fault=farewell)
def pin_typed() -> Response:
    """A PIN was typed: what its volunteer hears on their own telephone, or another try, three in all."""
    hotline, event, call = product(), heard.keys_pressed(form()), heard.incoming_call(form())
    at, tried = hotline.clock.now(), asked("tried") + 1
    decision = hotline.database.run(
        lambda session: calls.typed_pin(session, hotline.line, call, event.digits, at)
    )
    if decision is not None:
        return twiml(speech.document(hotline, decision, star=False))
    return _ask_pin(tried) if tried < MOST_PINS else twiml(pin.refused(hotline.line.words))


@hears("/tap", on_fault=farewell)
def tap_answered() -> Response:
    """A volunteer who tapped "Appeler" picks up, or their voicemail does. Next: `confirmed`."""
    hotline, event, tap = product(), heard.keys_pressed(form()), asked("tap")
    at = hotline.clock.now()
    decision = hotline.database.run(lambda session: taps.answered(session, hotline.line, tap, event.sid, at))
    return twiml(briefing.document(hotline, decision))


@hears("/tap/status", on_fault=tell_again, on_kept=acknowledge)
def tap_over() -> Response:
    """The call to a volunteer who tapped "Appeler" is over."""
    hotline, event, tap = product(), heard.leg_status(form()), asked("tap")
    at = hotline.clock.now()
    hotline.database.run(lambda session: taps.over(session, hotline.line, tap, event, at))
    return acknowledge()


@hears("/bridge/chosen", on_fault=farewell)
def chosen() -> Response:
    """A volunteer chose among several calls. Next: `picked_up` and `ended`, or a question."""
    hotline, event = product(), heard.keys_pressed(form())
    if event.digits == STAR:
        return _ask_pin()
    at, offered = hotline.clock.now(), _offered()
    decision = hotline.database.run(
        lambda session: bridges.chosen(
            session, hotline.line, calls.of_volunteer(session, event.sid), offered, event.digits, at
        )
    )
    return twiml(briefing.document(hotline, decision))


@hears("/bridge/confirmed", on_fault=farewell)
def confirmed() -> Response:
    """A volunteer was asked to press 1 before somebody is called."""
    hotline, event, callback = product(), heard.keys_pressed(form()), asked("callback")
    at = hotline.clock.now()
    decision = hotline.database.run(
        lambda session: bridges.confirmed(
            session, hotline.line, calls.of_volunteer(session, event.sid), callback, event.digits, at
        )
    )
    return twiml(briefing.document(hotline, decision))


@hears("/bridge/announce", on_fault=farewell)
def picked_up() -> Response:
    """The called person's telephone was picked up: a word to wait, then they hear who is calling."""
    return _picked_up(wait=True)


@hears("/bridge/answered", on_fault=farewell)
def waited() -> Response:
    """The called person has waited a moment: by now the carrier may know whether it is a machine."""
    return _picked_up(wait=False)


@hears("/bridge/machine", on_fault=tell_again, on_kept=acknowledge)
def machine() -> Response:
    """The carrier's news of who picked up, a person or a machine: early, late or never."""
    hotline, event, call_id = product(), heard.leg_answered(form()), asked("call")
    at = hotline.clock.now()
    hotline.database.run(
        lambda session: joined.machine_heard(session, hotline.line, call_id, event.machine, at)
    )
    return acknowledge()


@hears("/bridge/ended", on_fault=farewell)
def ended() -> Response:
    """A volunteer's call to a caller is over. Next: `reported`, or the end."""
    hotline, event = product(), heard.dial_ended(form())
    at = hotline.clock.now()
    decision = hotline.database.run(
        lambda session: joined.ended(session, hotline.line, calls.of_volunteer(session, event.sid), event, at)
    )
    if isinstance(decision, Arranged):
        return twiml(briefing.arranged(hotline))
    if isinstance(decision, NotReached):
        return twiml(briefing.not_reached(hotline, decision))
    return twiml(briefing.document(hotline, decision))


@hears("/report", on_fault=farewell)
def reported() -> Response:
    """A volunteer tells by key how a call went."""
    hotline, event, callback = product(), heard.keys_pressed(form()), asked("callback")
    at = hotline.clock.now()
    decision = hotline.database.run(
        lambda session: joined.reported(
            session, hotline.line, calls.of_volunteer(session, event.sid), callback, event.digits, at
        )
    )
    if isinstance(decision, Reported):
        return twiml(briefing.reported(hotline, decision))
    if isinstance(decision, NotReached):
        return twiml(briefing.not_reached(hotline, decision))
    return twiml(briefing.document(hotline, decision))


@hears("/offer", on_fault=farewell)
def offer_answered() -> Response:
    """A volunteer on the telephone answered an offer: 1 for yes, 2 for no; another key is asked again."""
    hotline, event, assignment = product(), heard.keys_pressed(form()), asked("assignment")
    if event.digits == STAR:
        return _ask_pin()
    at = hotline.clock.now()
    answer = hotline.database.run(
        lambda session: bridges.answer_offer(
            session, hotline.line, calls.of_volunteer(session, event.sid), assignment, event.digits, at
        )
    )
    if isinstance(answer, OfferAnswered):
        return twiml(briefing.offer_answered(hotline, answer))
    return twiml(briefing.document(hotline, answer))


def _ask_pin(tried: int = 0) -> Response:
    hotline = product()
    on_pin, otherwise = webhook(hotline, "/voice/pin", tried=tried), webhook(hotline, "/voice/star")
    return twiml(pin.ask(hotline.line.words, on_pin=on_pin, otherwise=otherwise, again=tried > 0))


def _picked_up(*, wait: bool) -> Response:
    hotline, event, call_id = product(), heard.leg_answered(form()), asked("call")
    who = hotline.database.run(lambda session: joined.picked_up(session, call_id, event.machine))
    on_waited = webhook(hotline, "/voice/bridge/answered", call=call_id) if wait else None
    return twiml(briefing.picked_up(hotline, who, wait=on_waited))


def _offered() -> list[int]:
    """Return the calls that were offered by key, in their order, from the address that we gave."""
    return [number for number in map(whole, request.args.get("calls", "").split("-")) if number]
