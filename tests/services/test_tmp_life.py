"""Whatever happens, in any order: nobody is forgotten, held twice, overburdened, or texted after STOP."""

import shutil
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import bootstrap
from hotline.models import Assignment, Callback, Contact, OutboxRow, Phone, Request, Volunteer
from hotline.models.status import (
    HELD_ASSIGNMENT,
    AssignmentState,
    CallbackState,
    OutboxState,
    RequestKind,
    RequestState,
    VolunteerState,
)
from hotline.services import deliveries, outbox, planning
from hotline.settings import load
from hotline.telephony.base import CarrierText, SentText, TelephonyError
from hotline.telephony.errors import refusal
from scheduler import jobs
from tests.conftest import LINE, StoppedClock
from tests.people import add_volunteer
from tests.services.lives import VOLUNTEERS, Hands, callers, volunteers
from tests.webhooks import Webhooks, sid

WORDS = (
    "oui",
    "non",
    "FAIT",
    "ABSENT",
    "ok merci",
    "je ne sais pas",
    "STOP",
    "START",
    "ARRET",
    "PAUSE",
    "REPRENDRE",
    "ALERTE chute",
)
REFUSALS = {"busy": 20429, "opted out": 21610, "landline": 21614, "bad sender": 21606}
OUTCOMES = ("taken", "taken", "taken", "lost after", "lost before", "killed", *REFUSALS)
HOLDERS = {
    RequestState.WAITING: {()},
    RequestState.OFFERED: {(AssignmentState.OFFERED,)},
    RequestState.ASSIGNED: {(AssignmentState.ACTIVE,), (AssignmentState.PAUSED,)},
    RequestState.CLOSED: {()},
}
CLOSED_BY = {"done", "moved", "over"}


class Life(Hands):
    """Callers, volunteers, a clock and a carrier, all in any order."""

    template: Path
    folders: "count[int]"

    def __init__(self) -> None:
        super().__init__()
        folder = self.template.parent / f"life{next(self.folders)}"
        folder.mkdir()
        shutil.copy(self.template, folder / "hotline.db")
        self.clock = StoppedClock(datetime(2026, 11, 24, 13, 0, tzinfo=UTC))
        self.hotline = bootstrap.build(load(DATABASE_URL=f"sqlite:///{folder}/hotline.db"), self.clock)
        self.line = Webhooks(self.hotline)
        self.numbers = count(1)
        self.under_way: list[outbox.ToSend] = []
        self.log: list[CarrierText] = []
        self.said: list[tuple[str, str, int]] = []
        for number, capacity in VOLUNTEERS.items():
            add_volunteer(self.hotline, "Camille", number, capacity=capacity)

    def teardown(self) -> None:
        self.hotline.database.close()

    @rule(caller=callers)
    def a_caller_texts(self, caller: str) -> None:
        self.text("Rappelez-moi", caller)

    @rule(caller=callers)
    def a_caller_phones_and_hangs_up(self, caller: str) -> None:
        number = next(self.numbers)
        self.line.call(number, caller)
        self.line.post("/voice/status", **self.line.form(number, caller, CallStatus="completed"))

    @rule(
        volunteer=volunteers, word=st.sampled_from(WORDS), reference=st.sampled_from(("", " 1", " 2", " 9"))
    )
    def a_volunteer_texts(self, volunteer: str, word: str, reference: str) -> None:
        self.text(word + reference, volunteer)

    @rule(caller=callers, word=st.sampled_from(("STOP", "START")))
    def a_caller_stops_or_starts(self, caller: str, word: str) -> None:
        self.text(word, caller)

    @precondition(lambda self: self.said)
    @rule()
    def the_carrier_repeats_itself(self) -> None:
        body, sender, number = self.said[-1]
        self.line.text(body, sender, number=number)

    @rule()
    def the_clock_ticks(self) -> None:
        jobs.expire_offers(self.hotline)
        jobs.assignment_round(self.hotline)

    @rule(minutes=st.sampled_from((1, 10, 60, 240, 1440, 10_080)))
    def time_passes(self, minutes: int) -> None:
        self.clock.advance(timedelta(minutes=minutes))

    @rule()
    def a_text_leaves(self) -> None:
        text = self.hotline.database.run(lambda session: outbox.claim(session, self.clock.now()))
        if text is not None:
            self.under_way.append(text)

    @precondition(lambda self: self.under_way)
    @rule(outcome=st.sampled_from(OUTCOMES))
    def the_carrier_answers(self, outcome: str) -> None:
        text, at = self.under_way.pop(0), self.clock.now()
        if outcome == "killed":
            return
        sent = SentText(sid("SM", next(self.numbers) + 10_000), "queued")
        if outcome in {"taken", "lost after"}:
            self.log.append(
                CarrierText(sent.sid, text.to, LINE, text.body, "queued", None, at, "outbound-api")
            )
        error = self.refusal(outcome)

        def note(session: Session) -> None:
            if error is None:
                deliveries.accepted(session, self.hotline.line, text.row_id, sent, at)
            else:
                deliveries.refused(session, self.hotline.line, text.row_id, error, at)

        self.hotline.database.run(note)

    @rule()
    def doubts_are_looked_up(self) -> None:
        at = self.clock.now()

        def doubtful(session: Session) -> list[deliveries.Doubt]:
            deliveries.catch_up(session, self.hotline.line, at)
            deliveries.abandon_stale(session, at)
            return deliveries.doubts(session, at, 20)

        for doubt in self.hotline.database.run(doubtful):
            log = [text for text in self.log if text.to == doubt.to and text.created_at >= doubt.since]
            settle = partial(deliveries.resolve, line=self.hotline.line, doubt=doubt, log=log, at=at)
            self.hotline.database.run(settle)

    @precondition(lambda self: self.log)
    @rule(
        pick=st.integers(min_value=0, max_value=99),
        news=st.sampled_from(("sent", "delivered", "delivered", "undelivered:30003", "failed:21610")),
    )
    def a_receipt_comes(self, pick: int, news: str) -> None:
        status, _, code = news.partition(":")
        text = self.log[pick % len(self.log)]
        form = {"MessageSid": text.sid, "MessageStatus": status, "From": LINE, "To": text.to}
        self.line.post("/sms/status", **form, **({"ErrorCode": code} if code else {}))

    @invariant()
    def all_is_well(self) -> None:
        with self.hotline.database.read() as session:
            requests = session.scalars(select(Request)).all()
            assignments = session.scalars(select(Assignment)).all()
            callbacks = session.scalars(select(Callback)).all()
            contacts = session.scalars(select(Contact)).all()
            phones = session.scalars(select(Phone)).all()
            outgoing = session.scalars(select(OutboxRow)).all()
            people = session.scalars(select(Volunteer)).all()
        held = [one for one in assignments if one.state in HELD_ASSIGNMENT]
        self.every_request_and_every_covered_call_has_the_holder_that_its_state_says(requests, held)
        self.nobody_is_forgotten(requests, contacts)
        self.everybody_held_has_a_call_ahead(held, callbacks)
        self.nobody_holds_too_much_or_is_asked_twice(assignments, held)
        self.whoever_is_away_is_left_alone(people, held)
        self.nothing_waits_to_leave_to_whoever_said_stop(phones, outgoing)

    def every_request_and_every_covered_call_has_the_holder_that_its_state_says(
        self, requests: Sequence[Request], held: Sequence[Assignment]
    ) -> None:
        states: dict[int, list[AssignmentState]] = {}
        for assignment in held:
            if assignment.covers_id is None:
                states.setdefault(assignment.request_id, []).append(assignment.state)
        for request in requests:
            assert tuple(states.get(request.id, ())) in HOLDERS[request.state]
        covered = Counter(one.covers_id for one in held if one.covers_id is not None)
        assert not covered or max(covered.values()) == 1
        closed = {request.id for request in requests if request.state is RequestState.CLOSED}
        assert not closed & {one.request_id for one in held}

    def nobody_is_forgotten(self, requests: Sequence[Request], contacts: Sequence[Contact]) -> None:
        open_ = Counter(one.caller_id for one in requests if one.state is not RequestState.CLOSED)
        assert not open_ or max(open_.values()) == 1
        assert {one.request_id for one in contacts} <= {one.id for one in requests}
        assert {one.close_reason for one in requests if one.state is RequestState.CLOSED} <= CLOSED_BY

    def everybody_held_has_a_call_ahead(
        self, held: Sequence[Assignment], callbacks: Sequence[Callback]
    ) -> None:
        """Whoever is called regularly too, unless the clock has yet to come by or the last day is near."""
        now, today = self.clock.now(), self.hotline.line.day(self.clock.now())
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

    def nobody_holds_too_much_or_is_asked_twice(
        self, assignments: Sequence[Assignment], held: Sequence[Assignment]
    ) -> None:
        holders = Counter(one.volunteer_id for one in held)
        assert all(holders[id_] <= most for id_, most in enumerate(VOLUNTEERS.values(), start=1))
        declined = Counter(
            (one.request_id, one.covers_id, one.volunteer_id)
            for one in assignments
            if one.state is AssignmentState.DECLINED
        )
        assert not declined or max(declined.values()) == 1
        offers = [one for one in assignments if one.expires_at > one.offered_at]
        assert all(self.hotline.line.offer_hours.is_open(one.offered_at) for one in offers)

    def whoever_is_away_is_left_alone(self, people: Sequence[Volunteer], held: Sequence[Assignment]) -> None:
        away = {one.id for one in people if one.state is VolunteerState.PAUSED}
        theirs = [one for one in held if one.volunteer_id in away]
        assert AssignmentState.OFFERED not in {one.state for one in theirs}
        assert {one.kind for one in theirs} <= {RequestKind.RECURRING}

    def nothing_waits_to_leave_to_whoever_said_stop(
        self, phones: Sequence[Phone], outgoing: Sequence[OutboxRow]
    ) -> None:
        stopped = {phone.id for phone in phones if phone.stopped_at is not None}
        waiting = [row for row in outgoing if row.phone_id in stopped and row.state is OutboxState.QUEUED]
        assert {row.kind for row in waiting} <= {outbox.CONFIRMATION}
        sids = [row.sid for row in outgoing if row.sid]
        assert len(sids) == len(set(sids))

    def text(self, body: str, sender: str) -> None:
        number = next(self.numbers)
        self.said.append((body, sender, number))
        self.line.text(body, sender, number=number)

    def refusal(self, outcome: str) -> TelephonyError | None:
        if outcome == "taken":
            return None
        if outcome in REFUSALS:
            status = 429 if outcome == "busy" else 400
            return refusal(status=status, answer={"code": REFUSALS[outcome]}, headers={}, writing=True)
        return TelephonyError("coupé", permanent=False, uncertain=True)


@pytest.fixture
def database_url(sqlite_template: Path) -> str:
    """One engine is enough: the races have tests of their own, on both."""
    return f"sqlite:///{sqlite_template}"


def test_whatever_happens_nobody_is_forgotten_held_twice_or_pestered(
    environment: Path, sqlite_template: Path, tmp_path: Path
) -> None:
    class Here(Life):
        template = Path(shutil.copy(sqlite_template, tmp_path / "template.db"))
        folders = count()

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=250,
            stateful_step_count=60,
            phases=[Phase.generate, Phase.shrink],
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=False,
        ),
    )
