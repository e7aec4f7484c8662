"""Whatever happens, in any order: nobody is forgotten, held twice, overburdened, or texted after STOP."""

from dataclasses import replace
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
from hotline.models import Assignment, Callback, Contact, OutboxRow, Phone, Referral, Request, Volunteer
from hotline.models.status import (
    HELD_ASSIGNMENT,
    AssignmentState,
)
from hotline.services import deliveries, outbox
from hotline.settings import load
from hotline.telephony.base import CarrierText, SentText, TelephonyError
from hotline.telephony.errors import refusal
from scheduler import jobs
from tests.conftest import LINE, StoppedClock
from tests.databases import Sqlite
from tests.needs import add_neighbour
from tests.served import lender
from tests.services import order
from tests.services.lives import VOLUNTEERS, Hands, callers, picks, volunteers
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


class Life(Hands):
    """Callers, volunteers, a clock and a carrier, all in any order."""

    def __init__(self, sqlite: Sqlite) -> None:
        super().__init__()
        sqlite.renew()
        self.clock = StoppedClock(datetime(2026, 11, 24, 13, 0, tzinfo=UTC))
        self.hotline = replace(bootstrap.build(load(), self.clock), database=sqlite.database)
        self.line = Webhooks(self.hotline)
        self.numbers = count(1)
        self.under_way: list[outbox.ToSend] = []
        self.log: list[CarrierText] = []
        self.said: list[tuple[str, str, int]] = []
        for number, capacity in VOLUNTEERS.items():
            add_neighbour(self.hotline, number, capacity=capacity)

    def teardown(self) -> None:
        lender.take_back()

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

    @rule(pick=picks, word=st.sampled_from(("OUI", "OUI", "NON")))
    def an_offer_is_answered(self, pick: int, word: str) -> None:
        self.about_one(pick, word, AssignmentState.OFFERED)

    @rule(pick=picks, word=st.sampled_from(("FAIT", "ABSENT", "NON")))
    def a_call_is_told_of(self, pick: int, word: str) -> None:
        self.about_one(pick, word, AssignmentState.ACTIVE)

    @rule(pick=picks, word=st.sampled_from(("OUI", "OUI", "NON", "FAIT")))
    def an_answer_comes_at_any_time(self, pick: int, word: str) -> None:
        self.about_one(pick, word, *AssignmentState)

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
            referrals = session.scalars(select(Referral)).all()
        held = [one for one in assignments if one.state in HELD_ASSIGNMENT]
        order.every_request_and_every_covered_call_has_the_holder_that_its_state_says(requests, held)
        order.every_need_is_taken_by_whoever_goes_there(referrals, held)
        order.nobody_is_forgotten(requests, contacts)
        order.everybody_held_has_a_call_ahead(self.hotline.line, held, callbacks, self.clock.now())
        order.nobody_holds_too_much(people, held)
        order.nobody_is_asked_twice_nor_at_night(self.hotline.line, assignments)
        order.whoever_is_away_is_left_alone(people, held)
        order.nothing_waits_to_leave_to_whoever_said_stop(phones, outgoing)

    def about_one(self, pick: int, word: str, *states: AssignmentState) -> None:
        """A volunteer answers by reference."""
        with self.hotline.database.read() as session:
            one = self.one(session, Assignment, pick, Assignment.state.in_(states))
            number = session.get_one(Volunteer, one.volunteer_id).phone.number if one else ""
        if one:
            self.text(f"{word} {one.id}", number)

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
def database_url(sqlite_url: str) -> str:
    """One engine is enough: the races have tests of their own, on both."""
    return sqlite_url


def test_whatever_happens_nobody_is_forgotten_held_twice_or_pestered(
    environment: Path, sqlite: Sqlite
) -> None:
    run_state_machine_as_test(
        partial(Life, sqlite),
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            phases=[Phase.generate],
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
