"""What reviewers forget: a state without moves, a move that nothing may undo, a mover that loses nothing."""

from enum import StrEnum

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Base, Heartbeat, OutboxRow, Phone, move, status
from hotline.models.base import one_of
from hotline.models.status import MOVES, AssignmentState, OutboxState, RequestState, sources

KINDS_NOT_STATES = {
    status.CallerState,
    status.ContactKind,
    status.Channel,
    status.Direction,
    status.LegalStatus,
    status.ReferralChannel,
    status.ReferralStepKind,
    status.VolunteerSource,
    status.RequestKind,
    status.Need,
    status.CallbackOutcome,
    status.HolidayPolicy,
    status.Preference,
    status.Mood,
    status.ReportSource,
    status.Role,
    status.StepKind,
}
STATES = [
    found
    for found in vars(status).values()
    if isinstance(found, type) and issubclass(found, StrEnum) and found is not StrEnum
]


def test_every_state_is_in_the_table_of_moves_or_is_a_plain_word() -> None:
    assert set(STATES) == set(MOVES) | KINDS_NOT_STATES
    assert not set(MOVES) & KINDS_NOT_STATES


@pytest.mark.parametrize("states", list(MOVES), ids=lambda states: states.__name__)
def test_every_state_says_where_it_may_go_and_can_be_reached(states: type[StrEnum]) -> None:
    table = MOVES[states]
    assert set(table) == set(states)
    first = next(iter(states))
    reached = {target for targets in table.values() for target in targets}
    assert reached <= set(states)
    assert {state for state in states if not sources(state)} <= {first, *_born(states)}
    assert all(state not in targets for state, targets in table.items())


def _born(states: type[StrEnum]) -> set[StrEnum]:
    """States in which rows are also made."""
    born: dict[type[StrEnum], set[StrEnum]] = {RequestState: {RequestState.NEEDS_NUMBER}}
    return born.get(states, set())


def test_every_column_of_a_state_knows_its_moves() -> None:
    states = {
        column.type.enum_class
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, type(one_of(OutboxState)))
    }
    assert states == set(STATES)


def test_what_is_over_stays_over() -> None:
    for final in (
        AssignmentState.DECLINED,
        AssignmentState.EXPIRED,
        OutboxState.DELIVERED,
        OutboxState.FAILED,
    ):
        assert MOVES[type(final)][final] == frozenset()


def test_a_move_that_is_not_in_the_table_is_refused_by_the_database(hotline: Hotline) -> None:
    at = hotline.clock.now()
    with hotline.database.write() as session:
        phone = Phone(
            number="+33639980001",
            number_index="+33639980001",
            textable=True,
            telemarketing=False,
            created_at=at,
        )
        session.add(phone)
        session.flush()
        row = OutboxRow(
            kind="answer",
            key="one",
            phone_id=phone.id,
            body="Bonjour",
            state=OutboxState.QUEUED,
            created_at=at,
            due_at=at,
            expires_at=at,
        )
        session.add(row)
        assert not move(session, row, OutboxState.DELIVERED)
        assert row.state is OutboxState.QUEUED
        assert move(session, row, OutboxState.FAILED)
        assert not move(session, row, OutboxState.QUEUED)
        with pytest.raises(LookupError):
            move(session, Heartbeat(name="clock", at=at), OutboxState.SENT)
