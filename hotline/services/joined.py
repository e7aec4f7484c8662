"""The bridge itself: who hears first who is calling, whether a machine took the call, and how it ended."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from hotline.models import Assignment, Call, Callback, Caller, Volunteer, move
from hotline.models.status import CallbackOutcome, CallbackState, CallOutcome, ReportSource
from hotline.services import assignments, bridges, callbacks, people
from hotline.services.bridges import AskReport, Bridge, Exhausted, Unreachable
from hotline.services.line import MAIN_LANGUAGE, Line
from hotline.services.spending import billing
from hotline.telephony.statuses import call_is_over
from hotline.telephony.webhooks import DialEnded

BY_KEY = "Appel difficile, signalé par une touche du téléphone après l'appel."
_TRIED = frozenset({"no-answer", "busy", "failed"})


@dataclass(frozen=True)
class PickedUp:
    """The called person's telephone was picked up, by a machine where `machine` is true; None: not known yet.

    The association is named, and a machine spoken to, only with the caller's consent. They hear the language
    of their file in the words of the `line` that they use.
    """

    volunteer: str | None = None
    caller: str | None = None
    association: bool = False
    takes_messages: bool = False
    machine: bool | None = None
    language: str = MAIN_LANGUAGE
    line: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class NotReached:
    """They have not spoken; both moments are on the line's clock, `next_try` None when none is planned."""

    outcome: CallbackOutcome
    next_try: datetime | None
    now: datetime


@dataclass(frozen=True)
class Arranged:
    """They have spoken about an errand, which is still to be done."""


@dataclass(frozen=True)
class Reported:
    """A report given by key was written down; with `alert` the coordinators know."""

    alert: bool = False


def picked_up(session: Session, call_id: int, machine: bool | None) -> PickedUp:
    """Return who speaks with whom; `machine` is what this request tells, what was told before counts too."""
    call = session.get(Call, call_id)
    callback = session.get(Callback, call.callback_id) if call and call.callback_id else None
    if call is None or callback is None:
        return PickedUp(machine=machine)
    if machine is not None:
        call.machine = machine
    assignment = session.get_one(Assignment, callback.assignment_id)
    caller = session.get_one(Caller, assignment.caller_id)
    return PickedUp(
        volunteer=session.get_one(Volunteer, call.volunteer_id).first_name,
        caller=people.first_name(caller),
        association=caller.hears_association,
        takes_messages=caller.takes_machine_messages,
        machine=call.machine,
        language=caller.language,
        line=caller.line,
    )


def machine_heard(session: Session, line: Line, call_id: int, machine: bool | None, at: datetime) -> None:
    """Note what the carrier has heard; late news correct a call that was believed made."""
    call = session.get(Call, call_id, with_for_update={"of": Call})
    if call is None or machine is None or call.machine == machine:
        return
    call.machine = machine
    callback = session.get(Callback, call.callback_id) if call.callback_id else None
    if machine and callback is not None and call.outcome is CallOutcome.BRIDGED:
        callbacks.bridged(session, line, callback, at, duration=None, machine=True)


def ended(
    session: Session, line: Line, call: Call, event: DialEnded, at: datetime
) -> AskReport | NotReached | Arranged:
    """Note how the bridge went on the call and its callback, once.

    A volunteer who hangs up while it rings has tried nothing: the callback stays as it was.
    Raises LookupError for a call that joined nobody.
    """
    billing.joined(session, line, call, event)
    if call.callback_id is None:
        raise LookupError(f"the call {call.sid} was never joined with anybody")
    callback = session.get_one(Callback, call.callback_id)
    assignment = session.get_one(Assignment, callback.assignment_id)
    if event.bridged:
        if move(session, call, CallOutcome.BRIDGED):
            machine = bool(call.machine)
            callbacks.bridged(session, line, callback, at, duration=event.duration, machine=machine)
        if assignment.referral_id is not None:
            return Arranged()
        caller = people.first_name(session.get_one(Caller, assignment.caller_id))
        return AskReport(None, caller, callback.id, after=True)
    outcome = _outcome(call, event)
    if call_is_over(event.status) and event.dial_status not in _TRIED:
        move(session, call, CallOutcome.HUNG_UP, ended_at=at)
    elif move(session, call, CallOutcome.FAILED, ended_at=at) and callback.state is not CallbackState.MADE:
        callbacks.unanswered(session, line, assignment, at, callback=callback, outcome=outcome)
    return _not_reached(session, line, assignment, outcome, at)


def reported(
    session: Session, line: Line, call: Call, callback_id: int, digits: str, at: datetime
) -> Reported | NotReached | AskReport | Bridge | Exhausted | Unreachable:
    """Write down what the volunteer of this call tells by key of a call of theirs; 4 dials again.

    Raises LookupError when the call is somebody else's.
    """
    callback = session.get_one(Callback, callback_id)
    assignment = session.get_one(Assignment, callback.assignment_id)
    if assignment.volunteer_id != call.volunteer_id:
        raise LookupError(f"callback {callback_id} is not one of this volunteer's")
    match digits:
        case "1":
            callbacks.made(session, line, assignment, at, callback=callback, source=ReportSource.KEY)
            return Reported()
        case "2":
            machine = CallbackOutcome.ANSWERING_MACHINE
            callbacks.unanswered(session, line, assignment, at, callback=callback, outcome=machine)
            return _not_reached(session, line, assignment, machine, at)
        case "3":
            volunteer = session.get_one(Volunteer, call.volunteer_id)
            key, source = f"call:{call.sid}", ReportSource.KEY
            callbacks.difficult(session, line, assignment, volunteer, BY_KEY, key, at, source=source)
            return Reported(alert=True)
        case "4":
            return bridges.connect(session, line, call, callback_id, at)
    caller = people.first_name(session.get_one(Caller, assignment.caller_id))
    return AskReport(None, caller, callback_id, again=True)


def _outcome(call: Call, event: DialEnded) -> CallbackOutcome:
    if call.machine:
        return CallbackOutcome.ANSWERING_MACHINE
    return CallbackOutcome.BUSY if event.dial_status == "busy" else CallbackOutcome.NO_ANSWER


def _not_reached(
    session: Session, line: Line, assignment: Assignment, outcome: CallbackOutcome, at: datetime
) -> NotReached:
    planned = assignments.planned(session, assignment)
    return NotReached(outcome, line.local(planned[0].due_at) if planned else None, line.local(at))
