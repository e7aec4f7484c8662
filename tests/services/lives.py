"""What hands and calendars may do to relationships, at random: rules for a machine that looks for trouble."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.cadence import parse
from hotline.errors import HotlineError
from hotline.models import Assignment, Base, Callback, Caller, Referral, Request, Step, Volunteer
from hotline.models.status import (
    HELD_ASSIGNMENT,
    CallbackState,
    HolidayPolicy,
    Need,
    RequestKind,
    RequestState,
)
from hotline.phone import PhoneNumber
from hotline.services import absences, assignments, cadences, covers, people, planning
from hotline.services.desk import errands
from hotline.services.referrals import answering, needs
from scheduler import relations
from tests.conftest import StoppedClock
from tests.relations import EVERY_TUESDAY, HAND

CALLERS = ("+33639980001", "+33639980002", "+33199000201")
VOLUNTEERS = {"+33639980101": 1, "+33639980102": 2, "+33639980103": 2}
RHYTHMS = (EVERY_TUESDAY, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;BYHOUR=10", "FREQ=MONTHLY;BYDAY=5WE;BYHOUR=9")

callers = st.sampled_from(CALLERS)
volunteers = st.sampled_from(tuple(VOLUNTEERS))
rhythms = st.sampled_from(RHYTHMS)
picks = st.integers(min_value=0, max_value=99)
days = st.integers(min_value=-1, max_value=9)


class Hands(RuleBasedStateMachine):
    """Coordinators, holidays and the clock; what makes no sense is refused with a sentence."""

    hotline: Hotline
    clock: StoppedClock

    def does(self, work: Callable[[Session], object]) -> None:
        """Do something in one transaction; a refusal changes nothing."""
        with suppress(HotlineError):
            self.hotline.database.run(work)

    def one(self, session: Session, model: type[Base], pick: int, *conditions: Any) -> Any:
        """One row among those that fulfil the conditions; None without any."""
        found = session.scalars(select(model).where(*conditions).order_by(model.__table__.c.id)).all()
        return found[pick % len(found)] if found else None

    @initialize(rhythm=rhythms, away=st.booleans())
    def somebody_has_a_volunteer(self, rhythm: str, away: bool) -> None:
        self.a_hand_gives(CALLERS[0], next(iter(VOLUNTEERS)), rhythm, None)
        if away:
            self.a_volunteer_leaves(next(iter(VOLUNTEERS)), 0, None)

    @rule(caller=callers, volunteer=volunteers, rhythm=rhythms | st.none(), last=st.none() | st.just(20))
    def a_hand_gives(self, caller: str, volunteer: str, rhythm: str | None, last: int | None) -> None:
        at, line = self.clock.now(), self.hotline.line

        def give(session: Session) -> None:
            behind = people.behind(session, PhoneNumber(caller), line.day(at), at)
            person = people.caller_for(session, behind, at)
            chosen = people.volunteer_at(session, people.phone_for(session, PhoneNumber(volunteer), at))
            assert chosen is not None
            assignments.give(
                *(session, line, person, chosen, at),
                actor=HAND,
                cadence=parse(rhythm) if rhythm else None,
                ends_on=line.day(at) + timedelta(days=last) if last and rhythm else None,
                holidays=HolidayPolicy.MOVE,
            )

        self.does(give)

    @rule(pick=picks)
    def a_request_turns_out_to_be_for_regular_calls(self, pick: int) -> None:
        def note(session: Session) -> None:
            request = self.one(session, Request, pick, Request.state == RequestState.WAITING)
            if request:
                request.kind = RequestKind.RECURRING

        self.does(note)

    @rule(pick=picks, deed=st.sampled_from(("pause", "resume", "end", "hand over")))
    def a_hand_changes(self, pick: int, deed: str) -> None:
        at, line = self.clock.now(), self.hotline.line

        def change(session: Session) -> None:
            held = self.one(session, Assignment, pick, Assignment.state.in_(HELD_ASSIGNMENT))
            if held is None:
                return
            match deed:
                case "pause":
                    assignments.pause(session, held, at, actor=HAND)
                case "resume":
                    assignments.resume(session, line, held, at, actor=HAND)
                case "end":
                    assignments.end(session, held, at, actor=HAND, reason="moved")
                case _:
                    assignments.hand_over(session, held, at, actor=HAND)

        self.does(change)

    @rule(
        pick=picks, deed=st.sampled_from(("skip", "move", "edit")), rhythm=rhythms, hours=st.integers(1, 99)
    )
    def a_hand_changes_the_calls(self, pick: int, deed: str, rhythm: str, hours: int) -> None:
        at, line = self.clock.now(), self.hotline.line

        def change(session: Session) -> None:
            call = self.one(session, Callback, pick, Callback.state == CallbackState.PLANNED)
            if call is None:
                return
            if deed == "skip":
                planning.skip(session, line, call, at, HAND)
            elif deed == "move":
                planning.move_to(session, line, call, call.due_at + timedelta(hours=hours), at, HAND)
            else:
                held = session.get_one(Assignment, call.assignment_id)
                cadences.edit(session, line, held, cadence=parse(rhythm), at=at, actor=HAND)

        self.does(change)

    @rule(pick=picks)
    def a_step_is_taken_back(self, pick: int) -> None:
        at = self.clock.now()

        def back(session: Session) -> None:
            step = self.one(session, Step, pick)
            if step is not None:
                assignments.undo(session, self.hotline.line, step.id, at, HAND)

        self.does(back)

    @rule(volunteer=volunteers, first=days, last=st.none() | days)
    def a_volunteer_leaves(self, volunteer: str, first: int, last: int | None) -> None:
        at, line = self.clock.now(), self.hotline.line
        today = line.day(at)

        def leave(session: Session) -> None:
            chosen = people.volunteer_at(session, people.phone_for(session, PhoneNumber(volunteer), at))
            assert chosen is not None
            until = None if last is None else today + timedelta(days=last)
            absences.begin(session, line, chosen, today + timedelta(days=first), until, at)

        self.does(leave)

    @rule(volunteer=volunteers)
    def a_volunteer_is_back(self, volunteer: str) -> None:
        at = self.clock.now()

        def back(session: Session) -> None:
            chosen = people.volunteer_at(session, people.phone_for(session, PhoneNumber(volunteer), at))
            assert chosen is not None
            absences.end(session, self.hotline.line, chosen, at)

        self.does(back)

    @rule(pick=picks, ask=picks)
    def a_cover_is_sought(self, pick: int, ask: int) -> None:
        at, line = self.clock.now(), self.hotline.line

        def seek(session: Session) -> None:
            needed = covers.needed(session, line, at)
            volunteer = self.one(session, Volunteer, ask)
            if needed and line.offer_hours.is_open(at):
                assignments.offer_cover(
                    session, line, needed[pick % len(needed)].callback_id, volunteer.id, at
                )

        self.does(seek)

    @rule(pick=picks, need=st.sampled_from((Need.SOLIDARITE_PROXIMITE, Need.AUTRE)))
    def a_need_is_proposed_to_neighbours(self, pick: int, need: Need) -> None:
        at, line = self.clock.now(), self.hotline.line

        def propose(session: Session) -> None:
            caller = self.one(session, Caller, pick)
            if caller is None:
                return
            caller.postcode = "05100"
            opened = needs.opened(
                session, line, caller_id=caller.id, need=need, words=None, author=HAND, at=at
            )
            errands.propose(session, opened.id, at)

        self.does(propose)

    @rule(pick=picks, deed=st.sampled_from(("withdraw", "close", "close")))
    def a_need_is_no_longer_proposed(self, pick: int, deed: str) -> None:
        at = self.clock.now()

        def change(session: Session) -> None:
            referral = self.one(session, Referral, pick)
            if referral is None:
                return
            if deed == "withdraw":
                errands.withdraw(session, referral.id, at, actor=HAND)
            else:
                answering.closed(session, referral.id, "", at, actor=HAND)

        self.does(change)

    @rule()
    def the_calendar_turns(self) -> None:
        relations.turn_absences(self.hotline)
        relations.plan_ahead(self.hotline)
        relations.watch(self.hotline)
