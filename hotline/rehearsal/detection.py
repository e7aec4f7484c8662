"""Machine detection: what picked a telephone up, a person or a machine, and when the carrier says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline.rehearsal.params import detection_params

if TYPE_CHECKING:
    from hotline.rehearsal.callrun import CallRun
    from hotline.rehearsal.phones import Phone
    from hotline.rehearsal.state import Hook

SECONDS = 3.0


def answered_by(phone: Phone | None) -> str:
    """Return the carrier's word for whatever picks this telephone up."""
    machine = phone is not None and phone.behaviour.kind == "voicemail"
    return "machine_start" if machine else "human"


def report_later(leg: CallRun, hook: Hook) -> None:
    """Tell the product beside the conversation, once enough was heard; not of a leg that is over by then."""

    def report() -> None:
        if leg.call.over:
            return
        word, milliseconds = answered_by(leg.phone), round(SECONDS * 1000)
        params = detection_params(leg.exchange.account_sid, leg.call, word, milliseconds)
        leg.exchange.post(hook, params, call_sid=leg.call.sid)

    leg.exchange.after(SECONDS, report)
