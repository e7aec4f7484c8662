"""FAIT, ABSENT and ALERTE: about the call that is meant, else a question comes back."""

from callflows import errands, reminders, texts, written
from callflows.commands import Kind
from hotline.models import Assignment
from hotline.models.status import AssignmentState
from hotline.services import assignments, callbacks, open_calls, people, recaps
from hotline.services.answers.heard import Heard
from hotline.services.referrals import reported
from hotline.services.reports import Told


def done(heard: Heard) -> str | None:
    """The call took place, the words go into its report; None when there is no call that may be meant."""
    meant = _meant(heard)
    if len(meant) > 1:
        return _which(heard, meant)
    if not meant:
        return _done_before(heard)
    told = Told(words=heard.command.rest or None)
    callbacks.made(heard.session, heard.line, meant[0], heard.said_at, told=told)
    return _thanks(heard, meant[0])


def absent(heard: Heard) -> str | None:
    """Nobody answered: say when the next try is; None when there is no call that may be meant."""
    meant = _meant(heard)
    if len(meant) > 1:
        return _which(heard, meant)
    if not meant:
        return _unknown(heard)
    due = callbacks.unanswered(heard.session, heard.line, meant[0], heard.said_at, told_at=heard.at)
    when = written.moment(heard.line.local(due), heard.line.local(heard.at))
    return texts.next_try(heard.words, people.first_name(heard.caller_of(meant[0])), when)


def alerted(heard: Heard) -> str:
    """Coordinators are told at once, whichever call was meant: an alert waits for no question."""
    meant = _meant(heard)
    if len(meant) == 1:
        callbacks.difficult(
            heard.session, heard.line, meant[0], heard.volunteer, heard.body, heard.key, heard.at
        )
    else:
        heard.tell_coordinators("volunteer_alert")
    return texts.alert_received(heard.words)


def mentioned(heard: Heard) -> None:
    """A text that asks for nothing may tell of a need: it is opened where it is clear whose it is."""
    meant = _meant(heard)
    if len(meant) == 1:
        reported.alerted(heard.session, heard.line, meant[0], heard.volunteer, heard.body, heard.at)


def _meant(heard: Heard) -> list[Assignment]:
    """The assignments that a report may be about: the one named, else those with a call open now."""
    if heard.command.reference is not None:
        named = heard.referred()
        return [named] if named is not None and named.state is AssignmentState.ACTIVE else []
    calls = open_calls.open_for(heard.session, heard.volunteer, heard.said_at)
    told_of = [call for call in calls if call.made]
    if heard.command.kind is Kind.DONE and len(told_of) == 1:
        calls = told_of
    ids = dict.fromkeys(call.assignment_id for call in calls)
    held = heard.held(AssignmentState.ACTIVE)
    return [assignment for assignment in held if assignment.id in ids] or held


def _thanks(heard: Heard, assignment: Assignment) -> str:
    """Thanks for help or for a call; more of them for the first call, the tenth, the hundredth."""
    if assignment.referral_id is not None:
        return _reported(heard, assignment)
    calls = recaps.milestone(heard.session, heard.volunteer)
    more = reminders.thank_you(heard.words, calls) if calls else ""
    return texts.reported(heard.words, people.first_name(heard.caller_of(assignment)), more=more)


def _which(heard: Heard, meant: list[Assignment]) -> str:
    references = [assignment.id for assignment in meant]
    return texts.which_report(heard.words, references, line=heard.line.number, link=heard.link())


def _done_before(heard: Heard) -> str | None:
    """FAIT once more after a FAIT that ended the assignment."""
    before = heard.referred() if heard.command.reference is not None else heard.latest()
    if before is not None and before.end_reason == callbacks.DONE:
        return _reported(heard, before)
    return _unknown(heard)


def _reported(heard: Heard, assignment: Assignment) -> str:
    wording = texts.reported if assignment.referral_id is None else errands.done
    return wording(heard.words, people.first_name(heard.caller_of(assignment)))


def _unknown(heard: Heard) -> str | None:
    """A reference that is not theirs is asked for again; without one, a person reads the text."""
    reference = heard.command.reference
    if reference is None or not assignments.held_by(heard.session, heard.volunteer):
        return None
    return texts.unknown_reference(heard.words, reference, line=heard.line.number, link=heard.link())
