"""Two files of one person become one, and two again exactly as they were."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import (
    Base,
    Call,
    Caller,
    Contact,
    Merge,
    Message,
    NameToken,
    Note,
    Referral,
    Request,
)
from hotline.models.status import (
    CallerState,
    CallOutcome,
    ContactKind,
    Direction,
    Need,
    ReferralState,
    RequestKind,
    RequestState,
)
from hotline.phone import PhoneNumber
from hotline.services import assignments, people, requests
from hotline.services.desk import boundaries, merges, notes, phones, search, unmerging
from hotline.services.desk.refusals import Refused, Why
from tests.people import add_caller, add_volunteer
from tests.referring import add_need

AT = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=5)
ODETTE, MARTIN = "+33639980001", "+33639980002"
NOT_WATCHED = {"merges", "audit"}


@pytest.fixture
def pair(hotline: Hotline) -> Hotline:
    """Two files: caller 1 (Odette) and caller 2 (Madame Martin)."""
    add_caller(hotline, ODETTE, "Odette")
    add_caller(hotline, MARTIN, "Madame Martin", email="odette@example.org", postcode="05100")
    return hotline


def merge(hotline: Hotline, kept: int = 1, merged: int = 2) -> int:
    def join(session: Session) -> int:
        both = session.get_one(Caller, kept), session.get_one(Caller, merged)
        return merges.merge(session, *both, author="Camille", at=AT).id

    return hotline.database.run(join)


def part(hotline: Hotline, merge_id: int = 1) -> None:
    hotline.database.run(lambda session: unmerging.undo(session, session.get_one(Merge, merge_id), LATER))


def contact(hotline: Hotline, caller_id: int, at: datetime = AT) -> int:
    def log(session: Session) -> int:
        made = requests.contact(session, session.get_one(Caller, caller_id), ContactKind.CALL, at)
        session.add(
            Call(
                sid=f"CA{made.id:032}",
                direction=Direction.INBOUND,
                from_number="masked",
                to_number="masked",
                caller_id=caller_id,
                contact_id=made.id,
                outcome=CallOutcome.HUNG_UP,
                started_at=at,
            )
        )
        return made.id

    return hotline.database.run(log)


def everything(hotline: Hotline) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but merges themselves."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in NOT_WATCHED]
    with hotline.database.read() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in tables
        }


def one(hotline: Hotline, model: type[Any], key: int) -> Any:
    with hotline.database.read() as session:
        return session.get_one(model, key)


def test_everything_moves_to_the_file_that_is_kept(pair: Hotline) -> None:
    contact(pair, 2)
    with pair.database.write() as session:
        notes.add(session, session.get_one(Caller, 2), "Aime les chats.", author="Noé", at=AT)
    merge(pair)
    with pair.database.read() as session:
        kept, merged = session.get_one(Caller, 1), session.get_one(Caller, 2)
        assert (merged.state, merged.merged_into_id, merged.phones) == (CallerState.MERGED, 1, [])
        assert {phone.number for phone in kept.phones} == {ODETTE, MARTIN}
        assert (kept.names, kept.email, kept.postcode) == ("Odette", "odette@example.org", "05100")
        for model in (Contact, Call, Request, Note):
            assert {row.caller_id for row in session.scalars(select(model))} == {1}
        for typed in ("odette", "martin", MARTIN, "odette@example.org"):
            assert [found.id for found in search.find(session, typed).people] == [1], typed


def test_a_later_call_from_either_telephone_is_the_kept_person(pair: Hotline) -> None:
    merge(pair)
    with pair.database.write() as session:
        behind = people.behind(session, PhoneNumber(MARTIN), AT.date(), AT)
        assert people.caller_for(session, behind, AT).id == 1


def test_of_two_requests_the_one_that_has_come_further_goes_on(pair: Hotline) -> None:
    volunteer_id = add_volunteer(pair, "Bruno", "+33639980103")
    contact(pair, 1, AT - timedelta(days=2))
    contact(pair, 2, AT)
    with pair.database.write() as session:
        given_away = session.scalars(select(Request).where(Request.caller_id == 2)).one()
        given_away.priority = 1
        assert assignments.offer(session, pair.line, given_away.id, volunteer_id, AT) is not None
    merge(pair)
    with pair.database.read() as session:
        ended, goes_on = session.scalars(select(Request).order_by(Request.id)).all()
        assert (ended.state, ended.close_reason) == (RequestState.CLOSED, merges.MERGED)
        assert (goes_on.state, goes_on.caller_id) == (RequestState.OFFERED, 1)
        assert goes_on.opened_at == AT - timedelta(days=2)
        assert {row.request_id for row in session.scalars(select(Contact))} == {goes_on.id}


def test_two_people_who_both_have_a_volunteer_are_not_joined_as_they_are(pair: Hotline) -> None:
    for caller_id, number in ((1, "+33639980103"), (2, "+33639980104")):
        volunteer_id = add_volunteer(pair, "Bruno", number)
        contact(pair, caller_id)
        with pair.database.write() as session:
            request = session.scalars(select(Request).where(Request.caller_id == caller_id)).one()
            assert assignments.offer(session, pair.line, request.id, volunteer_id, AT) is not None
    with pytest.raises(Refused) as refused:
        merge(pair)
    assert refused.value.why is Why.BOTH_OFFERED
    with pair.database.read() as session:
        both = session.get_one(Caller, 1), session.get_one(Caller, 2)
        assert merges.refusal(session, *both) is Why.BOTH_OFFERED


def test_a_withheld_caller_joined_with_somebody_known_waits_for_a_volunteer(hotline: Hotline) -> None:
    with hotline.database.write() as session:
        unknown = people.new_caller(session, CallerState.UNREACHABLE, AT)
        requests.contact(session, unknown, ContactKind.CALL, AT)
    add_caller(hotline, ODETTE, "Odette")
    before = everything(hotline)
    merge(hotline, kept=1, merged=2)
    assert one(hotline, Caller, 1).state is CallerState.ACTIVE
    assert one(hotline, Request, 1).state is RequestState.WAITING
    part(hotline)
    assert everything(hotline) == before


def test_what_came_since_follows_the_request_that_it_joined(pair: Hotline) -> None:
    contact(pair, 2)
    merge(pair)
    contact(pair, 1, LATER)
    part(pair)
    with pair.database.read() as session:
        assert {row.caller_id for row in session.scalars(select(Contact))} == {2}
        assert {row.caller_id for row in session.scalars(select(Call))} == {2}
        assert session.get_one(Caller, 2).last_contact_at == LATER


def test_what_somebody_wrote_since_is_not_taken_back(pair: Hotline) -> None:
    merge(pair)
    with pair.database.write() as session:
        session.get_one(Caller, 1).postcode = "38000"
    part(pair)
    kept = one(pair, Caller, 1)
    assert (kept.postcode, kept.email, kept.email_index) == ("38000", None, None)


def test_files_joined_one_after_another_are_parted_in_the_other_order(pair: Hotline) -> None:
    add_caller(pair, "+33639980003", "Mamie")
    before = everything(pair)
    merge(pair, 1, 2)
    merge(pair, 3, 1)
    with pair.database.read() as session:
        assert merges.survivor(session.get_one(Caller, 2), session).id == 3
        assert [found.id for found in search.find(session, "madame").people] == [3]
    with pytest.raises(Refused) as refused:
        part(pair, 1)
    assert refused.value.why is Why.MERGED_AGAIN
    part(pair, 2)
    part(pair, 1)
    assert everything(pair) == before
    with pytest.raises(Refused):
        part(pair, 1)


def test_a_file_is_never_joined_with_itself_or_with_one_that_is_gone(pair: Hotline) -> None:
    add_caller(pair, "+33639980003", "Mamie")
    merge(pair, 1, 2)
    for kept, merged, why in ((1, 1, Why.SAME_FILE), (3, 2, Why.MERGED_ALREADY), (2, 3, Why.MERGED_ALREADY)):
        with pytest.raises(Refused) as refused:
            merge(pair, kept, merged)
        assert refused.value.why is why


def test_every_table_that_names_a_caller_is_joined_or_known_to_stay() -> None:
    stays = {
        "caller_phones.caller_id",
        "callers.merged_into_id",
        "merges.kept_id",
        "merges.merged_id",
        "name_tokens.caller_id",
    }
    moved = {f"{owner.class_.__tablename__}.{owner.key}" for owner in merges.MOVED.values()}
    naming = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name == "callers"
    }
    assert naming == stays | moved


def _text(session: Session, caller: Caller, number: int) -> None:
    session.add(
        Message(
            sid=f"SM{number:032}",
            direction=Direction.INBOUND,
            from_number="masked",
            to_number="masked",
            body="Bonjour",
            status="received",
            caller_id=caller.id,
            created_at=AT,
        )
    )


def _wish(session: Session, caller: Caller, number: int) -> None:
    request = requests.open_for(session, caller, AT - timedelta(hours=number))
    request.kind, request.priority = RequestKind.ONE_OFF, number % 3


def _closed(session: Session, caller: Caller, _number: int) -> None:
    requests.close(session, requests.open_for(session, caller, AT), "called", AT)


def _needed(session: Session, caller: Caller, number: int) -> None:
    state = ReferralState.CLOSED if number % 2 else ReferralState.TO_SEND
    referral = Referral(caller_id=caller.id, need=Need.AUTRE, state=state, author="Noé", created_at=AT)
    session.add(referral)


LIFE: tuple[Callable[[Session, Caller, int], object], ...] = (
    lambda session, caller, number: requests.contact(
        session, caller, ContactKind.VISIT, AT - timedelta(hours=number)
    ),
    lambda session, caller, _number: requests.contact_apart(session, caller, ContactKind.LETTER, AT),
    lambda session, caller, number: notes.add(session, caller, f"note {number}", author="Noé", at=AT),
    lambda session, caller, number: phones.link(
        session, caller, people.phone_for(session, PhoneNumber(f"+3363998{1000 + number % 3}"), AT)
    ),
    lambda _session, caller, number: setattr(caller, "names", f"Nom{number} Commun"),
    lambda _session, caller, number: setattr(caller, "note", f"à savoir {number}"),
    lambda _session, caller, number: setattr(caller, "email", f"{number}@example.org"),
    lambda _session, caller, _number: setattr(caller, "contact_consent", True),
    _text,
    _needed,
    _wish,
    _closed,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    life=st.lists(st.tuples(st.sampled_from([0, 1]), st.integers(0, len(LIFE) - 1)), max_size=14),
    numbered=st.tuples(st.booleans(), st.booleans()),
    swapped=st.booleans(),
)
def test_whatever_happened_before_parting_restores_every_row(
    hotline: Hotline, life: list[tuple[int, int]], numbered: tuple[bool, bool], swapped: bool
) -> None:
    with hotline.database.write() as session:
        both = [people.new_caller(session, CallerState.UNREACHABLE, AT) for _ in range(2)]
        for who, (caller, has_number) in enumerate(zip(both, numbered, strict=True)):
            if has_number:
                number = PhoneNumber(f"+3363998{caller.id % 1000:03}{who}")
                phones.link(session, caller, people.phone_for(session, number, AT))
        for number, (who, deed) in enumerate(life):
            LIFE[deed](session, both[who], both[0].id * 100 + number)
            session.flush()
        ids = [caller.id for caller in both]
    before = everything(hotline)
    kept, merged = reversed(ids) if swapped else ids
    made = merge(hotline, kept, merged)
    assert everything(hotline) != before
    part(hotline, made)
    assert everything(hotline) == before


def test_a_boundary_moves_with_its_caller(pair: Hotline) -> None:
    with pair.database.write() as session:
        caller = session.get_one(Caller, 2)
        last_day = (AT + timedelta(days=3)).date()
        boundaries.begin(
            *(session, pair.line, caller), last_day=last_day, reason="Insultes", author="Camille", at=AT
        )
    merge(pair)
    with pair.database.read() as session:
        assert boundaries.of(session, session.get_one(Caller, 1), LATER) is not None
        assert session.scalars(select(NameToken.caller_id).distinct()).all() == [1]


def test_a_need_follows_its_person_into_one_file_and_back(pair: Hotline) -> None:
    need = add_need(pair, 2)
    merge(pair)
    assert one(pair, Referral, need).caller_id == 1
    part(pair)
    assert one(pair, Referral, need).caller_id == 2
