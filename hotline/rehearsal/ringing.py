"""Rings one telephone and says what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline.rehearsal.signals import Elapsed, PickedUp, Refused, Steps

if TYPE_CHECKING:
    from hotline.rehearsal.callrun import CallRun
    from hotline.rehearsal.phones import Phone

SETUP_SECONDS = 1.0


def ring(run: CallRun, limit: float | None) -> Steps[str]:
    """Ring for at most `limit` seconds: "in-progress" once picked up, else busy, no-answer or failed.

    Raises CallOverError when the call is given up meanwhile.
    """
    run.progress("initiated")
    phone = run.phone
    if phone is None or phone.behaviour.kind == "invalid":
        yield from run.rest(SETUP_SECONDS)
        return "failed"
    if phone.leg is not None or phone.behaviour.kind == "busy":
        yield from run.rest(SETUP_SECONDS)
        return "busy"
    _start_bell(run, phone)
    end = None if limit is None else run.exchange.now().timestamp() + limit
    while True:
        left = None if end is None else max(0.0, end - run.exchange.now().timestamp())
        signal = yield from run.listen(left)
        if isinstance(signal, Elapsed):
            return "no-answer"
        if isinstance(signal, Refused):
            return "busy"
        if isinstance(signal, PickedUp):
            _pick_up(run, phone)
            return "in-progress"


def _start_bell(run: CallRun, phone: Phone) -> None:
    phone.leg, phone.ringing_from, phone.peer = run, run.call.from_, run.call.from_
    phone.show("ringing", "ring")
    run.progress("ringing")
    if phone.behaviour.kind in {"answers", "voicemail"}:
        run.exchange.after(phone.behaviour.after, lambda: run.tell(PickedUp()))


def _pick_up(run: CallRun, phone: Phone) -> None:
    if phone.behaviour.kind == "answers":
        phone.keys_left = list(phone.behaviour.keys)
    run.pick_up()
    if phone.behaviour.hangs_up_after is not None:
        run.exchange.after(phone.behaviour.hangs_up_after, lambda: run.finish("completed"))
