"""The board of requests: who comes first, what is counted, and where a list goes on."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Caller, Request
from hotline.models.status import CallerState, Need, RequestKind, RequestState
from hotline.services.desk import board, places
from hotline.services.desk.board import Card, Column, Wanted
from hotline.services.desk.places import Place
from tests.people import add_caller, add_volunteer
from tests.relations import give, offer, waits


def many(hotline: Hotline, count: int, **fields: object) -> None:
    """Write requests of people without a number, one an hour, the newest first."""
    at = hotline.clock.now()

    def write(session: Session) -> None:
        for hours in range(count):
            caller = Caller(
                names=f"Personne {hours}",
                state=CallerState.ACTIVE,
                created_at=at,
                last_contact_at=at,
                postcode="05100",
            )
            session.add(caller)
            session.flush()
            values = {"state": RequestState.WAITING, "opened_at": at - timedelta(hours=hours), **fields}
            session.add(Request(caller_id=caller.id, **values))

    hotline.database.run(write)


def columns(hotline: Hotline, wanted: Wanted | None = None) -> dict[RequestState, Column]:
    with hotline.database.read() as session:
        return {one.state: one for one in board.board(session, wanted or Wanted())}


def page(hotline: Hotline, state: RequestState, after: Place | None = None) -> Column:
    with hotline.database.read() as session:
        return board.column(session, state, Wanted(), after)


def set_to(hotline: Hotline, request_id: int, **fields: object) -> None:
    with hotline.database.write() as session:
        request = session.get_one(Request, request_id)
        for name, value in fields.items():
            setattr(request, name, value)


def names(cards: list[Card]) -> list[str | None]:
    return [card.names for card in cards]


def test_the_most_urgent_come_first_then_the_oldest(hotline: Hotline) -> None:
    many(hotline, 4)
    set_to(hotline, 1, priority=1)
    set_to(hotline, 2, priority=5)
    set_to(hotline, 4, priority=-1)
    cards = list(columns(hotline)[RequestState.WAITING].cards)
    assert names(cards) == ["Personne 1", "Personne 0", "Personne 2", "Personne 3"]


def test_a_column_counts_up_to_a_hundred_and_shows_the_first_ones(hotline: Hotline) -> None:
    many(hotline, 120)
    waiting = columns(hotline)[RequestState.WAITING]
    assert (waiting.count, len(waiting.cards)) == (board.MOST, board.SHOWN)
    assert waiting.following is not None


@pytest.mark.parametrize("state", [RequestState.WAITING, RequestState.CLOSED])
def test_a_list_goes_on_where_it_stopped_and_shows_everybody_once(
    hotline: Hotline, state: RequestState
) -> None:
    at = hotline.clock.now()
    many(hotline, 70, state=state, closed_at=at if state is RequestState.CLOSED else None)
    for one in range(1, 70, 7):
        set_to(hotline, one, priority=one % 4 - 1)
    seen: list[int] = []
    after: Place | None = None
    for _turn in range(3):
        found = page(hotline, state, after)
        seen += [card.request_id for card in found.cards]
        after = places.read(str(found.following)) if found.following else None
    assert after is None
    assert sorted(seen) == list(range(1, 71))


def test_filters_by_kind_need_and_departement(hotline: Hotline) -> None:
    many(hotline, 3)
    set_to(hotline, 1, kind=RequestKind.RECURRING)
    set_to(hotline, 2, need=Need.AIDE_ALIMENTAIRE)
    with hotline.database.write() as session:
        session.get_one(Caller, 3).postcode = "97400"

    def found(wanted: Wanted) -> list[int]:
        return [card.request_id for card in columns(hotline, wanted)[RequestState.WAITING].cards]

    assert found(Wanted(kind=RequestKind.RECURRING)) == [1]
    assert found(Wanted(need=Need.AIDE_ALIMENTAIRE)) == [2]
    assert found(Wanted(departement="974")) == [3]
    assert found(Wanted(departement="05")) == [2, 1]
    assert found(Wanted(need=Need.GARDE_ENFANTS)) == []


def test_a_card_says_who_holds_the_request_and_masks_the_number(hotline: Hotline) -> None:
    odette = add_caller(hotline, "+33639980001", "Odette Martin", wished_hours="Mo-Fr 14:00-16:00")
    lucien = add_caller(hotline, "+33639980002", "Lucien Perret")
    camille = add_volunteer(hotline, "Camille", "+33639980101", capacity=2)
    offer(hotline, waits(hotline, odette), camille)
    give(hotline, lucien, camille)
    found = columns(hotline)
    (offered,), (assigned,) = found[RequestState.OFFERED].cards, found[RequestState.ASSIGNED].cards
    assert offered.held is not None
    assert assigned.held is not None
    assert (offered.held.first_name, assigned.held.first_name) == ("Camille", "Camille")
    assert (offered.number, offered.wished_hours) == ("•• •• •• •• 01", "Mo-Fr 14:00-16:00")


def test_an_address_that_makes_no_sense_begins_at_the_beginning() -> None:
    assert places.read("nonsense") is places.read("") is places.read(f"0_{10**30}_1") is None
