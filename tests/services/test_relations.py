"""A relationship by hand: paused, handed over, ended, and each of these taken back."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Assignment, AuditEntry, Request, Step, Volunteer
from hotline.models.status import (
    AssignmentState,
    CallbackState,
    RequestKind,
    RequestState,
    StepKind,
)
from hotline.services import assignments, callbacks
from hotline.services.assignments import Answered, CannotChange
from hotline.services.planning import CannotPlan
from scheduler import relations
from tests.conftest import StoppedClock
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.relations import EVERY_TUESDAY, HAND, calls, give, local, no, offer, told, undo, waits, yes

ODETTE, LUCIEN = "+33639980001", "+33639980002"
CAMILLE, BRUNO = "+33639980101", "+33639980102"


@pytest.fixture
def odette(hotline: Hotline) -> int:
    """A caller."""
    return add_caller(hotline, ODETTE, "Odette Martin")


@pytest.fixture
def camille(hotline: Hotline) -> int:
    """A volunteer for one person."""
    return add_volunteer(hotline, "Camille", CAMILLE)


def change(hotline: Hotline, work: Callable[..., None], assignment_id: int, **more: Any) -> None:
    """Pause or end an assignment, or hand it over."""

    def do(session: Session) -> None:
        work(session, session.get_one(Assignment, assignment_id), hotline.clock.now(), actor=HAND, **more)

    hotline.database.run(do)


def resume(hotline: Hotline, assignment_id: int) -> None:
    def take_up(session: Session) -> None:
        held = session.get_one(Assignment, assignment_id)
        assignments.resume(session, hotline.line, held, hotline.clock.now(), actor=HAND)

    hotline.database.run(take_up)


def states(hotline: Hotline) -> tuple[AssignmentState, RequestState]:
    return only(hotline, Assignment).state, only(hotline, Request).state


def test_a_pause_keeps_the_person_and_its_end_plans_again(
    hotline: Hotline, odette: int, camille: int, clock: StoppedClock
) -> None:
    given = give(hotline, odette, camille)
    change(hotline, assignments.pause, given, reason="à l'hôpital")
    assert states(hotline) == (AssignmentState.PAUSED, RequestState.ASSIGNED)
    cancelled = calls(hotline, given, CallbackState.CANCELLED)
    assert {call.cancel_reason for call in cancelled} == {"paused"}
    clock.advance(timedelta(days=9))
    assert relations.plan_ahead(hotline) == ""
    resume(hotline, given)
    assert states(hotline) == (AssignmentState.ACTIVE, RequestState.ASSIGNED)
    assert local(hotline, calls(hotline, given))[:2] == ["08/12 15:00", "15/12 15:00"]
    assert len(calls(hotline, given, CallbackState.CANCELLED)) == 2
    assert told(hotline, given) == ["created", "paused", "resumed"]


def test_a_paused_single_call_is_planned_again(
    hotline: Hotline, odette: int, camille: int, clock: StoppedClock
) -> None:
    given = give(hotline, odette, camille, None)
    change(hotline, assignments.pause, given)
    clock.advance(timedelta(days=9))
    undo(hotline, StepKind.PAUSED)
    assert local(hotline, calls(hotline, given)) == ["05/12 14:00"]


def test_pauses_and_ends_said_twice_are_answered_with_a_sentence(
    hotline: Hotline, odette: int, camille: int
) -> None:
    given = give(hotline, odette, camille)
    with pytest.raises(CannotChange, match="n'est pas en pause"):
        resume(hotline, given)
    change(hotline, assignments.pause, given)
    with pytest.raises(CannotChange, match="déjà en pause"):
        change(hotline, assignments.pause, given)
    change(hotline, assignments.end, given, reason="moved")
    with pytest.raises(CannotChange, match="plus en cours"):
        change(hotline, assignments.end, given, reason="moved")
    with pytest.raises(CannotChange, match="40 caractères"):
        change(hotline, assignments.end, given, reason="x" * 41)


def test_a_yes_to_what_is_paused_or_over_changes_nothing(hotline: Hotline, odette: int, camille: int) -> None:
    given = give(hotline, odette, camille)
    change(hotline, assignments.pause, given)
    assert yes(hotline, given) is Answered.ALREADY_ACCEPTED
    assert states(hotline) == (AssignmentState.PAUSED, RequestState.ASSIGNED)
    change(hotline, assignments.end, given, reason="moved")
    assert yes(hotline, given) is Answered.TOO_LATE
    assert states(hotline) == (AssignmentState.ENDED, RequestState.CLOSED)


def test_an_end_closes_the_request_and_frees_the_volunteer(
    hotline: Hotline, odette: int, camille: int
) -> None:
    given = give(hotline, odette, camille)
    change(hotline, assignments.end, given, reason="moved")
    ended = only(hotline, Assignment)
    assert states(hotline) == (AssignmentState.ENDED, RequestState.CLOSED)
    assert (ended.end_reason, ended.ended_at) == ("moved", hotline.clock.now())
    assert calls(hotline, given) == []
    assert only(hotline, Volunteer).waiting_since == hotline.clock.now()
    assert told(hotline, given) == ["created", "ended"]


def test_an_end_can_be_taken_back(hotline: Hotline, odette: int, camille: int) -> None:
    given = give(hotline, odette, camille)
    change(hotline, assignments.end, given, reason="moved")
    undo(hotline, StepKind.ENDED)
    again = only(hotline, Assignment)
    assert states(hotline) == (AssignmentState.ACTIVE, RequestState.ASSIGNED)
    assert (again.end_reason, again.ended_at) == (None, None)
    assert len(calls(hotline, given)) == 8
    assert (only(hotline, AuditEntry).action, only(hotline, AuditEntry).actor) == ("assignment.undo", HAND)
    with pytest.raises(CannotChange, match="déjà annulée"):
        undo(hotline, StepKind.ENDED)


def test_an_end_is_not_taken_back_when_the_person_or_the_volunteer_has_somebody_else(
    hotline: Hotline, odette: int, camille: int
) -> None:
    given = give(hotline, odette, camille)
    change(hotline, assignments.end, given, reason="moved")
    other = give(hotline, add_caller(hotline, LUCIEN), camille)
    with pytest.raises(CannotChange, match="autant de personnes que possible"):
        undo_of(hotline, given)
    change(hotline, assignments.end, other, reason="moved")
    waits(hotline, odette)
    with pytest.raises(CannotChange, match="demande plus récente"):
        undo_of(hotline, given)


def undo_of(hotline: Hotline, assignment_id: int) -> None:
    """Take back the last step of an assignment."""
    last = [step for step in rows(hotline, Step) if step.assignment_id == assignment_id][-1]
    hotline.database.run(
        lambda session: assignments.undo(session, hotline.line, last.id, hotline.clock.now(), HAND)
    )


def test_a_hand_over_seeks_somebody_else_for_the_same_rhythm(
    hotline: Hotline, odette: int, camille: int
) -> None:
    given = give(hotline, odette, camille)
    change(hotline, assignments.hand_over, given)
    request = only(hotline, Request)
    assert (request.state, request.kind, request.cadence) == (
        RequestState.WAITING,
        RequestKind.RECURRING,
        EVERY_TUESDAY,
    )
    assert only(hotline, Assignment).end_reason == "handed_over"
    assert offer(hotline, request.id, camille) is None
    taken = offer(hotline, request.id, add_volunteer(hotline, "Bruno", BRUNO))
    assert taken is not None
    yes(hotline, taken)
    assert local(hotline, calls(hotline, taken))[0] == "24/11 15:00"
    with pytest.raises(CannotChange, match="proposée ou confiée à quelqu'un d'autre"):
        undo(hotline, StepKind.HANDED_OVER)


def test_a_hand_over_is_taken_back_while_nobody_else_was_asked(
    hotline: Hotline, odette: int, camille: int
) -> None:
    given = give(hotline, odette, camille, None)
    change(hotline, assignments.hand_over, given)
    undo(hotline, StepKind.HANDED_OVER)
    assert states(hotline) == (AssignmentState.ACTIVE, RequestState.ASSIGNED)
    assert len(calls(hotline, given)) == 1


def test_a_no_after_a_yes_gives_a_regular_person_back(hotline: Hotline, odette: int, camille: int) -> None:
    given = give(hotline, odette, camille)
    assert no(hotline, given) is Answered.DECLINED
    assert no(hotline, given) is Answered.ALREADY_DECLINED
    assert states(hotline) == (AssignmentState.ENDED, RequestState.WAITING)
    assert calls(hotline, given) == []
    undo(hotline, StepKind.ENDED)
    assert len(calls(hotline, given)) == 8


def test_a_step_that_nothing_can_take_back_says_so(hotline: Hotline, odette: int, camille: int) -> None:
    offered = offer(hotline, waits(hotline, odette), camille)
    assert offered is not None
    with pytest.raises(CannotChange, match="vient du tour d'attribution"):
        undo(hotline, StepKind.CREATED)
    yes(hotline, offered)
    with pytest.raises(CannotChange, match="ne s'annule pas"):
        undo(hotline, StepKind.ACCEPTED)
    with pytest.raises(CannotChange, match="n'existe pas"):
        hotline.database.run(
            lambda session: assignments.undo(session, hotline.line, 99, hotline.clock.now(), HAND)
        )


def test_a_pause_is_not_taken_back_after_an_end(hotline: Hotline, odette: int, camille: int) -> None:
    given = give(hotline, odette, camille)
    change(hotline, assignments.pause, given)
    change(hotline, assignments.end, given, reason="moved")
    with pytest.raises(CannotChange, match="n'est pas en pause"):
        undo(hotline, StepKind.PAUSED)


def test_the_last_day_ends_an_assignment_by_itself(
    hotline: Hotline, odette: int, camille: int, clock: StoppedClock
) -> None:
    given = give(hotline, odette, camille, ends_on=date(2026, 12, 8))
    assert local(hotline, calls(hotline, given)) == ["24/11 15:00", "01/12 15:00", "08/12 15:00"]
    for _ in range(3):
        (soonest, *_others) = calls(hotline, given)
        clock.set(soonest.due_at)
        hotline.database.run(lambda session: _made(session, hotline, given))
    relations.plan_ahead(hotline)
    assert states(hotline) == (AssignmentState.ACTIVE, RequestState.ASSIGNED)
    clock.advance(timedelta(days=1))
    relations.plan_ahead(hotline)
    assert states(hotline) == (AssignmentState.ENDED, RequestState.CLOSED)
    assert only(hotline, Assignment).end_reason == "over"
    with pytest.raises(CannotPlan, match="plus aucune date"):
        undo(hotline, StepKind.ENDED)


def _made(session: Session, hotline: Hotline, assignment_id: int) -> None:
    callbacks.made(session, hotline.line, session.get_one(Assignment, assignment_id), hotline.clock.now())
