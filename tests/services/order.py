"""What is true at any moment, whatever happened before: the rows that the product wrote say so."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from hotline.models import Assignment, Callback, Contact, OutboxRow, Phone, Referral, Request, Volunteer
from hotline.models.status import (
    AssignmentState,
    CallbackState,
    OutboxState,
    ReferralState,
    RequestKind,
    RequestState,
    VolunteerState,
)
from hotline.services import outbox, planning
from hotline.services.line import Line

HOLDERS = {
    RequestState.WAITING: {()},
    RequestState.OFFERED: {(AssignmentState.OFFERED,)},
    RequestState.ASSIGNED: {(AssignmentState.ACTIVE,), (AssignmentState.PAUSED,)},
    RequestState.CLOSED: {()},
}
CLOSED_BY = {"done", "moved", "over"}


def every_request_and_every_covered_call_has_the_holder_that_its_state_says(
    requests: Sequence[Request], held: Sequence[Assignment]
) -> None:
    states: dict[int, list[AssignmentState]] = {}
    for assignment in held:
        if assignment.holds_request:
            states.setdefault(assignment.request_id, []).append(assignment.state)
    for request in requests:
        assert tuple(states.get(request.id, ())) in HOLDERS[request.state]
    for apart in ("covers_id", "referral_id"):
        taken = Counter(getattr(one, apart) for one in held if getattr(one, apart) is not None)
        assert not taken or max(taken.values()) == 1
    closed = {request.id for request in requests if request.state is RequestState.CLOSED}
    assert not closed & {one.request_id for one in held if one.referral_id is None}


def every_need_is_taken_by_whoever_goes_there(
    referrals: Sequence[Referral], held: Sequence[Assignment]
) -> None:
    """Nobody else is asked meanwhile; one that is closed has nobody any more."""
    states = {one.referral_id: one.state for one in held if one.referral_id is not None}
    for referral in referrals:
        going = states.get(referral.id)
        assert (going in {AssignmentState.ACTIVE, AssignmentState.PAUSED}) is (
            referral.state is ReferralState.TAKEN
        )
        assert going is None or referral.state in {ReferralState.TO_SEND, ReferralState.TAKEN}


def nobody_is_forgotten(requests: Sequence[Request], contacts: Sequence[Contact]) -> None:
    open_ = Counter(one.caller_id for one in requests if one.state is not RequestState.CLOSED)
    assert not open_ or max(open_.values()) == 1
    assert {one.request_id for one in contacts} <= {one.id for one in requests}
    assert {one.close_reason for one in requests if one.state is RequestState.CLOSED} <= CLOSED_BY


def everybody_held_has_a_call_ahead(
    line: Line, held: Sequence[Assignment], callbacks: Sequence[Callback], now: datetime
) -> None:
    """Whoever is called regularly too, unless the clock has yet to come by or the last day is near."""
    today = line.day(now)
    planned = [one for one in callbacks if one.state is CallbackState.PLANNED]
    holding = {one.id: one.state for one in held}
    assert {holding[one.assignment_id] for one in planned} <= {AssignmentState.ACTIVE}
    ahead = {one.assignment_id for one in planned if one.due_at > now}
    for one in held:
        if one.state is not AssignmentState.ACTIVE:
            continue
        if one.kind is RequestKind.ONE_OFF:
            assert one.id in {call.assignment_id for call in planned}
        elif one.ends_on is None and one.planned_until and one.planned_until >= today + planning.AT_LEAST:
            assert one.id in ahead
    days = Counter((one.assignment_id, one.occurrence) for one in callbacks if one.occurrence)
    assert not days or max(days.values()) == 1


def nobody_holds_too_much(people: Sequence[Volunteer], held: Sequence[Assignment]) -> None:
    """Covers count too."""
    holders = Counter(one.volunteer_id for one in held)
    assert all(holders[one.id] <= one.capacity for one in people)


def nobody_is_asked_twice_nor_at_night(line: Line, assignments: Sequence[Assignment]) -> None:
    """What was given by hand was not asked."""
    declined = Counter(
        (one.request_id, one.covers_id, one.referral_id, one.volunteer_id)
        for one in assignments
        if one.state is AssignmentState.DECLINED
    )
    assert not declined or max(declined.values()) == 1
    offers = [one for one in assignments if one.expires_at > one.offered_at]
    assert all(line.offer_hours.is_open(one.offered_at) for one in offers)


def whoever_is_away_is_left_alone(people: Sequence[Volunteer], held: Sequence[Assignment]) -> None:
    away = {one.id for one in people if one.state is VolunteerState.PAUSED}
    theirs = [one for one in held if one.volunteer_id in away]
    assert AssignmentState.OFFERED not in {one.state for one in theirs}
    assert {one.kind for one in theirs} <= {RequestKind.RECURRING}


def nothing_waits_to_leave_to_whoever_said_stop(
    phones: Sequence[Phone], outgoing: Sequence[OutboxRow]
) -> None:
    stopped = {phone.id for phone in phones if phone.stopped_at is not None}
    waiting = [row for row in outgoing if row.phone_id in stopped and row.state is OutboxState.QUEUED]
    assert {row.kind for row in waiting} <= {outbox.CONFIRMATION}
    sids = [row.sid for row in outgoing if row.sid]
    assert len(sids) == len(set(sids))
