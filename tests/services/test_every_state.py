"""Every state of a request, an assignment and a call is lived, and left again where the table allows."""

from collections import defaultdict
from datetime import timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Assignment, Callback, Caller, CallerPhone, Request, move
from hotline.models.status import MOVES, AssignmentState, CallbackState, RequestState, StepKind
from hotline.phone import PhoneNumber
from hotline.services import assignments, people, planning, requests
from scheduler import jobs
from tests.conftest import StoppedClock
from tests.holders import absent, bridged, done, watch
from tests.people import add_caller, add_volunteer
from tests.records import rows
from tests.relations import HAND, calls, give, no, offer, offer_cover, undo, waits, yes
from tests.webhooks import Webhooks

TABLES = (Request, Assignment, Callback)


class Seen:
    """The states that rows were in, and those that they left for another."""

    def __init__(self, hotline: Hotline) -> None:
        self.hotline = hotline
        self.now: dict[tuple[str, int], StrEnum] = {}
        self.reached: defaultdict[type[StrEnum], set[StrEnum]] = defaultdict(set)
        self.left: defaultdict[type[StrEnum], set[StrEnum]] = defaultdict(set)

    def look(self) -> None:
        for table in TABLES:
            for row in rows(self.hotline, table):
                before = self.now.get((table.__name__, row.id))
                if before is not None and before is not row.state:
                    self.left[type(row.state)].add(before)
                self.reached[type(row.state)].add(row.state)
                self.now[table.__name__, row.id] = row.state


def life_of_a_request(hotline: Hotline, clock: StoppedClock, seen: Seen) -> None:
    """Without a number, with one, offered, refused, not answered, taken, done, and taken back."""
    line = Webhooks(hotline)
    line.call(1, "anonymous")
    line.post("/voice/status", **line.form(1, "anonymous", CallStatus="completed"))
    seen.look()
    with hotline.database.write() as session:
        _number_is_found(session, hotline)
    seen.look()
    request = rows(hotline, Request)[0].id
    for number, refuses in ((1, True), (2, False)):
        offered = offer(hotline, request, add_volunteer(hotline, "Camille", f"+336399801{number:02}"))
        seen.look()
        assert offered is not None
        if refuses:
            no(hotline, offered)
        else:
            clock.advance(timedelta(hours=24))
            jobs.expire_offers(hotline)
        seen.look()
    taken = offer(hotline, request, add_volunteer(hotline, "Farid", "+33639980103"))
    assert taken is not None
    yes(hotline, taken)
    seen.look()
    absent(hotline, taken)
    seen.look()
    done(hotline, taken)
    seen.look()
    undo(hotline, StepKind.ENDED)
    seen.look()
    no(hotline, taken)
    seen.look()
    with hotline.database.write() as session:
        waiting = session.get_one(Request, request)
        requests.close(session, waiting, "moved", clock.now())
    seen.look()


def life_of_calls(hotline: Hotline, clock: StoppedClock, seen: Seen) -> None:
    """Made and yet not, not answered and then so, missed and given another time, left out and put back."""
    odette = add_caller(hotline, "+33639980001")
    given = give(hotline, odette, add_volunteer(hotline, "Odile", "+33639980104", capacity=3))
    first, second, third, *_ = calls(hotline, given)
    seen.look()
    clock.set(first.due_at)
    bridged(hotline, first.id)
    seen.look()
    bridged(hotline, first.id, machine=True)
    seen.look()
    bridged(hotline, first.id)
    seen.look()
    clock.set(second.due_at + timedelta(days=2))
    watch(hotline)
    watch(hotline)
    watch(hotline)
    seen.look()
    hotline.database.run(lambda session: _move_to_tomorrow(session, hotline, second.id))
    seen.look()
    hotline.database.run(
        lambda session: planning.skip(
            session, hotline.line, session.get_one(Callback, third.id), clock.now(), HAND
        )
    )
    seen.look()
    undo(hotline, StepKind.SKIPPED)
    seen.look()


def life_of_a_relation(hotline: Hotline, clock: StoppedClock, seen: Seen) -> None:
    """Paused, taken up again, covered, ended, referred."""
    held = rows(hotline, Assignment)[-1].id
    hotline.database.run(
        lambda session: assignments.pause(session, session.get_one(Assignment, held), clock.now(), actor=HAND)
    )
    seen.look()
    undo(hotline, StepKind.PAUSED)
    seen.look()
    cover = offer_cover(hotline, calls(hotline, held)[0].id, add_volunteer(hotline, "Bo", "+33639980105"))
    assert cover is not None
    yes(hotline, cover)
    seen.look()
    referred = waits(hotline, add_caller(hotline, "+33639980002"))
    for target in (RequestState.REFERRED, RequestState.WAITING):
        hotline.database.run(
            lambda session, target=target: move(session, session.get_one(Request, referred), target)
        )
        seen.look()


def test_every_state_is_reached_and_left(hotline: Hotline, clock: StoppedClock) -> None:
    seen = Seen(hotline)
    life_of_a_request(hotline, clock, seen)
    life_of_calls(hotline, clock, seen)
    life_of_a_relation(hotline, clock, seen)
    for states in (RequestState, AssignmentState, CallbackState):
        assert seen.reached[states] == set(states)
        assert seen.left[states] == {state for state in states if MOVES[states][state]}


def _number_is_found(session: Session, hotline: Hotline) -> None:
    """A coordinator has found the number of the person who withheld it."""
    request = session.get_one(Request, 1)
    phone = people.phone_for(session, PhoneNumber("+33199000201"), hotline.clock.now())
    session.add(CallerPhone(caller_id=session.get_one(Caller, request.caller_id).id, phone_id=phone.id))
    move(session, request, RequestState.WAITING)


def _move_to_tomorrow(session: Session, hotline: Hotline, callback_id: int) -> None:
    call, at = session.get_one(Callback, callback_id), hotline.clock.now()
    planning.move_to(session, hotline.line, call, at + timedelta(days=1), at, HAND)
