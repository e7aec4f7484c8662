"""Sets calls up: those that subscribers dial, those that the API asks for; and rings telephones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from hotline.rehearsal import detection
from hotline.rehearsal.callrun import CallRun
from hotline.rehearsal.conversation import converse
from hotline.rehearsal.ringing import ring
from hotline.rehearsal.signals import CallMovedError, CallOverError, Refused, Source, Steps
from hotline.rehearsal.state import Call, new_sid

if TYPE_CHECKING:
    from hotline.rehearsal.exchange import Exchange
    from hotline.rehearsal.phones import Phone
    from hotline.rehearsal.state import Number


@dataclass(frozen=True)
class Order:
    """What the API asked for with a call: its first document, and how long to ring."""

    source: Source
    timeout: float = 60.0
    detect_machine: bool = False


def receive(
    exchange: Exchange, phone: Phone, number: Number, shown: str, forwarded_from: str | None
) -> CallRun:
    """Let `phone` call one of the account's numbers, showing `shown`."""
    call = Call(
        sid=new_sid("CA"),
        to=number.number,
        from_=shown,
        direction="inbound",
        created=exchange.now(),
        status="ringing",
        number_sid=number.sid,
        forwarded_from=forwarded_from,
        fallback=number.voice_fallback,
        callback=number.status_callback,
    )
    source = Source(number.asked_for_calls.url, number.asked_for_calls.method)
    run = CallRun(exchange, call, phone, lambda leg: _script(leg, source))
    phone.leg, phone.peer = run, number.number
    phone.show("calling", "ring")
    _enter(exchange, run)
    run.start()
    return run


def place(exchange: Exchange, call: Call, order: Order) -> CallRun:
    """Make a call for the API: one a second leaves, the others are queued behind it."""
    leaves = max(exchange.now(), exchange.next_call_at)
    exchange.next_call_at = leaves + timedelta(seconds=1 / exchange.calls_per_second)
    wait = (leaves - exchange.now()).total_seconds()
    call.queue_milliseconds = round(wait * 1000)
    run = CallRun(exchange, call, exchange.subscriber(call.to), lambda leg: _ordered(leg, order))
    _enter(exchange, run)
    run.start(wait)
    return run


def hang_up(run: CallRun) -> None:
    """Let the person at the far end of this leg hang up, or decline when it is still ringing there."""
    if run.phone is not None and run.phone.state == "ringing":
        run.tell(Refused())
    else:
        run.finish("completed" if run.call.answered else "no-answer")


def _enter(exchange: Exchange, run: CallRun) -> None:
    exchange.calls[run.call.sid] = run.call
    exchange.runs[run.call.sid] = run
    exchange.touch()


def _script(run: CallRun, source: Source) -> Steps[None]:
    """Follow the documents until they end or someone hangs up."""
    try:
        yield from converse(run, source)
        run.pick_up()
    except CallOverError:
        return
    run.finish("completed")


def _ordered(run: CallRun, order: Order) -> Steps[None]:
    try:
        run.check()
        outcome = yield from ring(run, order.timeout + 5)
        if outcome != "in-progress":
            run.finish(outcome)
            return
        source = yield from _detected(run, order)
    except CallOverError:
        return
    yield from _script(run, source)


def _detected(run: CallRun, order: Order) -> Steps[Source]:
    """Listen for a machine when asked to, and return where the call goes on."""
    if not order.detect_machine:
        return order.source
    try:
        yield from run.rest(detection.SECONDS)
    except CallMovedError as moved:
        return moved.source
    run.call.answered_by = detection.answered_by(run.phone)
    return order.source
