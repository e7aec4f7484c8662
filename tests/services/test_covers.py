"""A call that its volunteer cannot make is made by another; the request stays where it is."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Assignment, Callback, OutboxRow, Request, Volunteer, move
from hotline.models.status import AssignmentState, CallbackState, RequestState, StepKind, VolunteerState
from hotline.services import absences, assignments, callbacks, covers
from hotline.services.assignments import Answered, CannotChange
from scheduler import jobs
from tests.conftest import StoppedClock
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.relations import HAND, calls, give, local, no, offer_cover, told, undo, yes

ODETTE, CAMILLE, BRUNO = "+33639980001", "+33639980101", "+33639980102"


@pytest.fixture
def bruno(hotline: Hotline) -> int:
    """Who covers."""
    return add_volunteer(hotline, "Bruno", BRUNO)


@pytest.fixture
def regular(hotline: Hotline, bruno: int) -> int:
    """Odette, called by Camille every Tuesday; the clock stands at the first one, an hour before."""
    odette = add_caller(hotline, ODETTE, "Odette Martin")
    return give(hotline, odette, add_volunteer(hotline, "Camille", CAMILLE, capacity=2))


def leaves(hotline: Hotline, first: date | None = None, last: date | None = None) -> None:
    """Camille goes on holiday, from today unless said otherwise."""

    def note(session: Session) -> None:
        camille = session.get_one(Volunteer, 2)
        at = hotline.clock.now()
        absences.begin(session, hotline.line, camille, first or hotline.line.day(at), last, at)

    hotline.database.run(note)


def needed(hotline: Hotline) -> list[str]:
    """When the calls are for which somebody is sought."""
    with hotline.database.read() as session:
        found = covers.needed(session, hotline.line, hotline.clock.now())
    return local(hotline, [one.due_at for one in found])


def request_state(hotline: Hotline) -> RequestState:
    return only(hotline, Request).state


def with_cover(hotline: Hotline, work: Callable[..., object], cover: int, *more: object) -> None:
    """Do something with a cover."""
    hotline.database.run(
        lambda session: work(session, *more, session.get_one(Assignment, cover), hotline.clock.now())
    )


def test_covers_are_sought_a_week_ahead_of_an_absence(
    hotline: Hotline, regular: int, clock: StoppedClock
) -> None:
    leaves(hotline, date(2026, 12, 4), date(2026, 12, 10))
    assert needed(hotline) == []
    clock.advance(timedelta(days=7))
    assert needed(hotline) == []
    clock.advance(timedelta(days=3))
    assert needed(hotline) == ["08/12 15:00"]


def test_calls_missed_lately_need_a_cover_too(hotline: Hotline, regular: int, clock: StoppedClock) -> None:
    missed = calls(hotline, regular)[0]
    clock.set(missed.due_at + timedelta(hours=25))
    hotline.database.run(
        lambda session: move(session, session.get_one(Callback, missed.id), CallbackState.MISSED)
    )
    assert needed(hotline) == ["24/11 15:00"]
    clock.advance(timedelta(hours=24))
    assert needed(hotline) == []


def test_a_cover_takes_one_call_and_leaves_the_request_alone(
    hotline: Hotline, regular: int, bruno: int
) -> None:
    leaves(hotline)
    call = calls(hotline, regular)[0]
    cover = offer_cover(hotline, call.id, bruno)
    assert cover is not None
    assert needed(hotline) == []
    assert request_state(hotline) is RequestState.ASSIGNED
    assert (
        "Odette attend un appel aujourd'hui à 15 h à la place de Camille" in rows(hotline, OutboxRow)[-1].body
    )
    assert yes(hotline, cover) is Answered.ACCEPTED
    assert local(hotline, calls(hotline, cover)) == ["24/11 15:00"]
    (covered,) = calls(hotline, regular, CallbackState.CANCELLED)
    assert (covered.id, covered.cancel_reason) == (call.id, "covered")
    assert needed(hotline) == []
    assert "covered" in told(hotline, regular)


def test_a_missed_call_stays_missed_and_its_cover_has_time(
    hotline: Hotline, regular: int, bruno: int, clock: StoppedClock
) -> None:
    missed = calls(hotline, regular)[0]
    clock.set(missed.due_at + timedelta(hours=1))
    hotline.database.run(
        lambda session: move(session, session.get_one(Callback, missed.id), CallbackState.MISSED)
    )
    cover = offer_cover(hotline, missed.id, bruno)
    assert cover is not None
    yes(hotline, cover)
    assert [call.id for call in calls(hotline, regular, CallbackState.MISSED)] == [missed.id]
    assert local(hotline, calls(hotline, cover)) == ["26/11 16:00"]
    hotline.database.run(
        lambda session: callbacks.made(
            session, hotline.line, session.get_one(Assignment, cover), hotline.clock.now()
        )
    )
    assert rows(hotline, Assignment)[-1].state is AssignmentState.ENDED
    assert request_state(hotline) is RequestState.ASSIGNED
    assert needed(hotline) == []


def test_an_offer_of_a_cover_ends_when_the_call_is_due(hotline: Hotline, regular: int, bruno: int) -> None:
    leaves(hotline)
    call = calls(hotline, regular)[0]
    cover = offer_cover(hotline, call.id, bruno)
    assert cover is not None
    assert rows(hotline, Assignment)[-1].expires_at == call.due_at


@pytest.mark.parametrize("answer", [no, None])
def test_a_cover_refused_or_not_answered_is_sought_again_from_others(
    hotline: Hotline, regular: int, bruno: int, clock: StoppedClock, answer: Callable[..., Answered] | None
) -> None:
    leaves(hotline, date(2026, 12, 1), date(2026, 12, 1))
    call = calls(hotline, regular)[1]
    clock.advance(timedelta(days=1))
    cover = offer_cover(hotline, call.id, bruno)
    assert cover is not None
    if answer:
        answer(hotline, cover)
    else:
        clock.advance(timedelta(hours=8))
        jobs.expire_offers(hotline)
    assert request_state(hotline) is RequestState.ASSIGNED
    assert needed(hotline) == ["01/12 15:00"]
    assert offer_cover(hotline, call.id, bruno) is None
    assert offer_cover(hotline, call.id, add_volunteer(hotline, "Farid", "+33639980103")) is not None


def test_a_cover_given_up_in_time_puts_the_call_back(hotline: Hotline, regular: int, bruno: int) -> None:
    leaves(hotline)
    call = calls(hotline, regular)[0]
    cover = offer_cover(hotline, call.id, bruno)
    assert cover is not None
    yes(hotline, cover)
    assert no(hotline, cover) is Answered.DECLINED
    assert calls(hotline, regular)[0].id == call.id
    assert calls(hotline, cover) == []
    assert needed(hotline) == ["24/11 15:00"]
    assert request_state(hotline) is RequestState.ASSIGNED


def test_a_cover_handed_over_too_late_leaves_a_call_missed(
    hotline: Hotline, regular: int, bruno: int, clock: StoppedClock
) -> None:
    leaves(hotline)
    call = calls(hotline, regular)[0]
    cover = offer_cover(hotline, call.id, bruno)
    assert cover is not None
    yes(hotline, cover)
    clock.set(call.due_at + timedelta(hours=24))
    with_cover(hotline, assignments.hand_over, cover)
    assert [one.id for one in calls(hotline, regular, CallbackState.MISSED)] == [call.id]
    assert "24/11 15:00" in needed(hotline)
    assert request_state(hotline) is RequestState.ASSIGNED


def test_a_cover_is_taken_up_again_only_while_the_call_is_open(
    hotline: Hotline, regular: int, bruno: int
) -> None:
    leaves(hotline)
    call = calls(hotline, regular)[0]
    cover = offer_cover(hotline, call.id, bruno)
    assert cover is not None
    yes(hotline, cover)
    with_cover(hotline, assignments.hand_over, cover)
    undo(hotline, StepKind.HANDED_OVER)
    assert local(hotline, calls(hotline, cover)) == ["24/11 15:00"]
    with_cover(hotline, assignments.hand_over, cover)
    other = offer_cover(hotline, call.id, add_volunteer(hotline, "Farid", "+33639980103"))
    assert other is not None
    with pytest.raises(CannotChange, match="n'est plus à remplacer"):
        undo(hotline, StepKind.HANDED_OVER)


def test_a_call_that_is_made_meanwhile_needs_no_cover_any_more(
    hotline: Hotline, regular: int, bruno: int
) -> None:
    call = calls(hotline, regular)[0]
    cover = offer_cover(hotline, call.id, bruno)
    assert cover is not None
    hotline.database.run(
        lambda session: move(session, session.get_one(Callback, call.id), CallbackState.MADE)
    )
    assert yes(hotline, cover) is Answered.TOO_LATE
    assert rows(hotline, Assignment)[-1].state is AssignmentState.EXPIRED
    assert offer_cover(hotline, call.id, add_volunteer(hotline, "Farid", "+33639980103")) is None


def test_nobody_covers_for_themselves_nor_above_their_capacity_nor_what_is_covered(
    hotline: Hotline, regular: int, bruno: int
) -> None:
    first, second, *_ = calls(hotline, regular)
    camille = 2
    assert offer_cover(hotline, first.id, camille) is None
    assert offer_cover(hotline, first.id, bruno) is not None
    assert offer_cover(hotline, second.id, bruno) is None
    farid = add_volunteer(hotline, "Farid", "+33639980103", capacity=5)
    assert offer_cover(hotline, first.id, farid) is None
    assert offer_cover(hotline, second.id, farid) is not None


def test_a_pause_or_an_end_ends_the_covers_of_its_calls(hotline: Hotline, regular: int, bruno: int) -> None:
    cover = offer_cover(hotline, calls(hotline, regular)[0].id, bruno)
    assert cover is not None
    yes(hotline, cover)

    def pause(session: Session) -> None:
        held = session.get_one(Assignment, regular)
        assignments.pause(session, held, hotline.clock.now(), actor=HAND)

    hotline.database.run(pause)
    assert rows(hotline, Assignment)[-1].state is AssignmentState.ENDED
    assert calls(hotline, cover) == calls(hotline, regular) == []
    undo(hotline, StepKind.PAUSED)
    assert local(hotline, calls(hotline, regular))[0] == "24/11 15:00"


def test_a_cover_ended_by_hand_gives_its_call_back(hotline: Hotline, regular: int, bruno: int) -> None:
    cover = offer_cover(hotline, calls(hotline, regular)[0].id, bruno)
    assert cover is not None
    yes(hotline, cover)

    def stop(session: Session) -> None:
        held = session.get_one(Assignment, cover)
        assignments.end(session, held, hotline.clock.now(), actor=HAND, reason="mistake")

    hotline.database.run(stop)
    assert local(hotline, calls(hotline, regular))[0] == "24/11 15:00"
    assert request_state(hotline) is RequestState.ASSIGNED


def test_a_rare_call_that_is_covered_leaves_one_planned_ahead(hotline: Hotline, bruno: int) -> None:
    odette = add_caller(hotline, ODETTE)
    camille = add_volunteer(hotline, "Camille", CAMILLE)
    rare = give(hotline, odette, camille, "FREQ=WEEKLY;INTERVAL=12;BYDAY=MO;BYHOUR=10")
    cover = offer_cover(hotline, calls(hotline, rare)[0].id, bruno)
    assert cover is not None
    yes(hotline, cover)
    assert local(hotline, calls(hotline, rare)) == ["22/02 10:00"]


def test_somebody_away_is_no_candidate(hotline: Hotline, regular: int, bruno: int) -> None:
    call = calls(hotline, regular)[0]
    hotline.database.run(
        lambda session: move(session, session.get_one(Volunteer, bruno), VolunteerState.PAUSED)
    )
    assert offer_cover(hotline, call.id, bruno) is None
