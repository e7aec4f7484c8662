"""What volunteers hear, and whom they are joined with: a service's decision becomes a document."""

from typing import assert_never

from callflows import bridge, errands, joined
from callflows.script import Leg
from hotline.bootstrap import Hotline
from hotline.models.status import CallbackOutcome
from hotline.services.assignments import Answered
from hotline.services.bridges import (
    AskAboutOffer,
    AskReport,
    AskToCall,
    Bridge,
    Choice,
    Choose,
    Exhausted,
    GreetVolunteer,
    Hears,
    OfferAnswered,
    Unreachable,
)
from hotline.services.joined import NotReached, PickedUp, Reported
from hotline.web.addresses import webhook


def document(hotline: Hotline, decision: Hears, *, on_star: str | None = None) -> str:
    """Return what a volunteer hears who has phoned the line, or whom the line has rung."""
    words = hotline.line.words
    hello = _hello(hotline, decision.volunteer)
    match decision:
        case Bridge():
            return _connect(hotline, decision, hello, on_star)
        case Choose():
            return _choose(hotline, decision, hello)
        case AskToCall():
            return _ask_to_call(hotline, decision, hello)
        case AskAboutOffer(caller=caller, again=again):
            on_key = webhook(hotline, "/voice/offer", assignment=decision.assignment_id)
            return bridge.offer_waiting(
                words, hello=hello, caller=caller, errand=decision.errand, on_key=on_key, again=again
            )
        case AskReport():
            return _ask_report(hotline, decision, hello)
        case GreetVolunteer():
            return _kind_word(hotline, decision, hello, on_star)
        case Exhausted():
            return bridge.exhausted(words, hello=hello)
        case Unreachable(caller=caller):
            return bridge.unreachable(words, hello=hello, caller=caller)
        case never:
            assert_never(never)


def offer_answered(hotline: Hotline, offer: OfferAnswered) -> str:
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


def picked_up(hotline: Hotline, who: PickedUp, *, wait: str | None) -> str:
    """Return what the called person hears first; `wait` is asked again while a machine may have answered."""
    words = hotline.line.at(who.line).words_in(who.language)
    named = {"volunteer": who.volunteer, "caller": who.caller}
    if who.machine:
        return joined.machine(words, **named, message=who.takes_messages)
    if who.machine is None and wait is not None:
        return joined.answered(words, **named, association=who.association, on_waited=wait)
    return joined.announce(words, **named, association=who.association)


def not_reached(hotline: Hotline, decision: NotReached) -> str:
    """Return what a volunteer hears when nobody spoke with them."""
    say = {
        CallbackOutcome.BUSY: joined.busy,
        CallbackOutcome.ANSWERING_MACHINE: joined.machine_answered,
    }.get(decision.outcome, joined.nobody_answered)
    return say(hotline.line.words, next_try=decision.next_try, now=decision.now)


def arranged(hotline: Hotline) -> str:
    """Return the thanks for a call about an errand."""
    return errands.arranged(hotline.line.words)


def reported(hotline: Hotline, report: Reported) -> str:
    """Return the thanks for a report given by key."""
    return (joined.alerted if report.alert else joined.reported)(hotline.line.words)


def _hello(hotline: Hotline, volunteer: str | None) -> str:
    return "" if volunteer is None else bridge.hello(hotline.line.words, volunteer)


def _connect(hotline: Hotline, decision: Bridge, hello: str, on_star: str | None) -> str:
    leg = Leg(
        decision.number,
        on_answer=webhook(hotline, "/voice/bridge/announce", call=decision.call_id),
        on_machine=webhook(hotline, "/voice/bridge/machine", call=decision.call_id),
    )
    return bridge.connect(
        hotline.line.words,
        hello=hello,
        caller=decision.caller,
        legs=[leg],
        caller_id=decision.shown,
        seconds=decision.seconds,
        on_ended=webhook(hotline, "/voice/bridge/ended"),
        on_star=on_star if hello else None,
        longest=int(hotline.line.config.limits.longest_call.total_seconds()),
    )


def _choose(hotline: Hotline, decision: Choose, hello: str) -> str:
    offered = "-".join(str(choice.callback_id) for choice in decision.choices)
    return bridge.choose(
        hotline.line.words,
        hello=hello,
        choices=[_choice(choice) for choice in decision.choices],
        offers=decision.offers,
        now=decision.now,
        on_keys=webhook(hotline, "/voice/bridge/chosen", calls=offered),
    )


def _ask_to_call(hotline: Hotline, decision: AskToCall, hello: str) -> str:
    on_key = webhook(hotline, "/voice/bridge/confirmed", callback=decision.callback_id)
    ask = bridge.late if decision.late else bridge.ready
    return ask(hotline.line.words, hello=hello, caller=decision.caller, on_key=on_key, again=decision.again)


def _ask_report(hotline: Hotline, decision: AskReport, hello: str) -> str:
    words, on_key = hotline.line.words, webhook(hotline, "/voice/report", callback=decision.callback_id)
    if decision.after:
        return joined.reached(words, on_key=on_key)
    if decision.again:
        return joined.asked_again(words, on_key=on_key)
    return joined.called_before(words, hello=hello, caller=decision.caller, on_key=on_key)


def _kind_word(hotline: Hotline, decision: GreetVolunteer, hello: str, on_star: str | None) -> str:
    return bridge.nobody_waiting(
        hotline.line.words,
        hello=hello,
        now=decision.now,
        next_call=_choice(decision.next_call) if decision.next_call else None,
        next_shift=decision.next_shift,
        on_star=on_star,
    )


def _choice(choice: Choice) -> bridge.Choice:
    return bridge.Choice(choice.caller, choice.place, choice.due)
