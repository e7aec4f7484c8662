"""A ledger that finds nothing when all is well, and each thing that is not."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session

from hotline.cli.stage import LINE, Stage
from hotline.models import (
    Assignment,
    Call,
    Contact,
    Message,
    OutboxRow,
    Request,
    RingLeg,
    Tap,
    Voicemail,
    Volunteer,
)
from hotline.models.status import (
    AssignmentState,
    CallOutcome,
    Direction,
    OutboxState,
    RequestState,
    TapState,
    VoicemailState,
)
from hotline.rehearsal.phones import Behaviour
from hotline.services import open_calls, taps
from scripts.chaos.ledger import Books, compared, differences
from tests.databases import on_sqlite
from tests.journeys.waiting import until_the_beep
from tests.people import add_listener, add_volunteer
from tests.records import rows

pytestmark = on_sqlite
LUCIEN, AMINA, ODETTE = "+33639980001", "+33639980002", "+33199000201"
MARIE, LOUIS = "+33639980101", "+33639980201"
Change = Callable[[Session], object]


@pytest.fixture(autouse=True)
def an_afternoon(town: Stage) -> None:
    """A conversation, a message, somebody who hangs up, a text, an offer with its yes, and a tap."""
    add_volunteer(town.hotline, "Marie", MARIE)
    add_listener(town.hotline, LOUIS)
    town.exchange.phone(LOUIS, behaviour=Behaviour("answers", after=3, keys=("1",), hangs_up_after=40))
    _dial(town, AMINA, 60)
    town.exchange.phone(LOUIS, behaviour=Behaviour("busy"))
    odette = town.phone(ODETTE)
    odette.dial(LINE)
    until_the_beep(town, odette)
    odette.speak(6)
    town.let(7)
    odette.hang_up()
    _dial(town, ODETTE, 2)
    town.phone(LUCIEN).text(LINE, "Bonjour, rappelez-moi")
    town.let(60)
    town.phone(MARIE).text(LINE, "OUI")
    town.let(30)
    _tap(town)


def _dial(town: Stage, number: str, seconds: float) -> None:
    phone = town.phone(number)
    phone.dial(LINE)
    town.let(seconds)
    if phone.leg is not None:
        phone.hang_up()
    town.let(20)


def _tap(town: Stage) -> None:
    """Marie taps, and does not pick up."""
    at = town.hotline.clock.now()

    def ask(session: Session) -> None:
        marie = session.get_one(Volunteer, 1)
        assert taps.ask(session, marie, open_calls.to_phone(session, marie, at)[0].callback_id, at)

    town.hotline.database.run(ask)
    town.let(60)


def found(town: Stage) -> list[str]:
    return differences(town.exchange, town.hotline)


def test_when_all_went_well_there_is_nothing_to_say(town: Stage) -> None:
    outcomes = [call.outcome for call in rows(town.hotline, Call)]
    assert {CallOutcome.ANSWERED, CallOutcome.VOICEMAIL, CallOutcome.HUNG_UP} <= set(outcomes)
    assert [tap.state for tap in rows(town.hotline, Tap)] == [TapState.PLACED]
    assert AssignmentState.ACTIVE in {one.state for one in rows(town.hotline, Assignment)}
    assert found(town) == []


def _lose_call(session: Session) -> None:
    session.execute(delete(RingLeg))
    session.execute(delete(Call).where(Call.outcome == CallOutcome.HUNG_UP, Call.caller_id.is_not(None)))


def _set(model: type, where: object, **values: object) -> Change:
    return lambda session: session.execute(update(model).where(where).values(**values))  # type: ignore[arg-type]


def _hold_twice(session: Session) -> None:
    session.execute(text("DROP INDEX uq_assignments_held_request"))
    one = session.query(Assignment).filter_by(state=AssignmentState.ACTIVE).first()
    assert one is not None
    session.add(
        Assignment(
            request_id=one.request_id,
            caller_id=one.caller_id,
            volunteer_id=one.volunteer_id,
            kind=one.kind,
            state=AssignmentState.ACTIVE,
            offered_at=one.offered_at,
            expires_at=one.expires_at,
        )
    )


OURS: dict[str, tuple[Change, str]] = {
    "a call is missing": (_lose_call, "is not in our books"),
    "a call never ends": (
        _set(Call, Call.outcome == CallOutcome.HUNG_UP, outcome=CallOutcome.IN_PROGRESS),
        "in progress in our books",
    ),
    "a call has no end": (
        _set(Call, Call.outcome == CallOutcome.VOICEMAIL, ended_at=None),
        "has no end in our books",
    ),
    "a message is a call that was hung up": (
        _set(Call, Call.outcome == CallOutcome.VOICEMAIL, outcome=CallOutcome.HUNG_UP),
        "is hung_up in our books, was voicemail",
    ),
    "a conversation is a call that was hung up": (
        _set(Call, Call.outcome == CallOutcome.ANSWERED, outcome=CallOutcome.HUNG_UP),
        "is hung_up in our books, was answered",
    ),
    "a call opened no request": (
        _set(Call, Call.contact_id.is_not(None), contact_id=None),
        "opened no request",
    ),
    "a recording is missing": (lambda session: session.execute(delete(Voicemail)), "is not in our books"),
    "a recording is not fetched": (
        _set(Voicemail, Voicemail.id > 0, state=VoicemailState.EXPECTED),
        "is still expected",
    ),
    "a recording is another": (_set(Voicemail, Voicemail.id > 0, sha256="0" * 64), "is not what was said"),
    "a recording is another call's": (_set(Voicemail, Voicemail.id > 0, call_id=1), "under another call"),
    "a text received is missing": (
        lambda session: session.execute(
            delete(Message).where(Message.direction == Direction.INBOUND, Message.caller_id.is_not(None))
        ),
        "of …0001 is not in our books",
    ),
    "a text says something else": (
        _set(Message, Message.direction == Direction.INBOUND, body="autre chose"),
        "does not say in our books what it said",
    ),
    "a text opened no request": (
        _set(Message, Message.caller_id.is_not(None), contact_id=None),
        "opened no request",
    ),
    "an answer is missing": (
        lambda session: session.execute(delete(OutboxRow).where(OutboxRow.key.startswith("answer:"))),
        "of a volunteer has no answer",
    ),
    "a text that left is nobody's": (
        lambda session: session.execute(delete(OutboxRow).where(OutboxRow.kind == "offer")),
        "1 more than wanted to …0101",
    ),
    "a text believed lost had left": (
        _set(OutboxRow, OutboxRow.kind == "offer", state=OutboxState.FAILED),
        "more than wanted to …0101",
    ),
    "a text sent is not logged": (
        lambda session: session.execute(delete(Message).where(Message.direction == Direction.OUTBOUND)),
        "which we sent, is not in our books",
    ),
    "a text is stuck": (_set(OutboxRow, OutboxRow.id == 1, state=OutboxState.SENDING), "is still sending"),
    "a doubt is never settled": (
        _set(OutboxRow, OutboxRow.id == 1, state=OutboxState.DOUBTFUL),
        "is still doubtful",
    ),
    "a contact is nobody's": (
        _set(Contact, Contact.id == 1, request_id=None),
        "contact 1 belongs to no request",
    ),
    "a request is held and waits": (
        _set(Request, Request.state == RequestState.ASSIGNED, state=RequestState.WAITING),
        "is waiting, held by",
    ),
    "a request is held by nobody": (
        _set(Assignment, Assignment.state == AssignmentState.ACTIVE, state=AssignmentState.ENDED),
        "is assigned, held by nobody",
    ),
    "a request is closed and nobody knows why": (
        _set(Request, Request.id > 0, state=RequestState.CLOSED, close_reason=None),
        "is closed, and nobody knows why",
    ),
    "a request is held twice": (_hold_twice, "is held 2 times"),
    "a tap is in doubt": (_set(Tap, Tap.id == 1, state=TapState.DOUBTFUL), "tap 1 is still doubtful"),
    "a call that we placed is nobody's": (_set(Tap, Tap.id == 1, sid=None), "which we placed, is no tap's"),
}


OVERDUE = _set(
    Assignment,
    Assignment.state == AssignmentState.ACTIVE,
    state=AssignmentState.OFFERED,
    expires_at=datetime(2026, 11, 24, tzinfo=UTC),
)


class NeverWas(Exception):
    """Takes back what a test has changed."""


def found_after(town: Stage, change: Change) -> list[str]:
    """What the ledger says once our books are changed; they are as before afterwards."""
    said: list[str] = []
    with suppress(NeverWas), town.hotline.database.write() as session:
        change(session)
        session.flush()
        session.expire_all()
        said += compared(Books(town.exchange, town.hotline, session))
        raise NeverWas
    return said


def test_what_is_wrong_in_our_books_is_named(town: Stage, subtests: pytest.Subtests) -> None:
    for wrong, (change, says) in {**OURS, "an offer is over": (OVERDUE, "and still offered")}.items():
        with subtests.test(wrong):
            said = found_after(town, change)
            assert [one for one in said if says in one], said
    assert found(town) == []


def test_what_is_wrong_in_the_carriers_books_is_named(town: Stage, subtests: pytest.Subtests) -> None:
    calls, messages = town.exchange.calls, town.exchange.messages
    with subtests.test("a text was sent twice"):
        one = next(text for text in messages.values() if text.direction == "outbound-api")
        messages["SM-again"] = replace(one, sid="SM-again")
        assert {said.split("…")[0] for said in found(town)} == {
            "1 more than wanted to ",
            "text SM-again, which we sent, is not in our books",
        }
        del messages["SM-again"]
    with subtests.test("a telephone was rung twice"):
        placed = next(call for call in calls.values() if call.direction == "outbound-api")
        calls["CA-again"] = replace(placed, sid="CA-again")
        assert "…0101 was rung 1 times more than asked for" in found(town)
        del calls["CA-again"]
    with subtests.test("a sound is not in the store"):
        (voicemail,) = rows(town.hotline, Voicemail)
        sound = town.hotline.store.get(voicemail.recording_sid)
        town.hotline.store.delete(voicemail.recording_sid)
        assert found(town) == [f"recording {voicemail.recording_sid} is not in our store"]
        town.hotline.store.put(voicemail.recording_sid, sound)
    with subtests.test("nothing ever took place"):
        for kept in (calls, messages, town.exchange.recordings):
            kept.clear()
        said = " ".join(found(town))
        for words in ("never made", "never received", "never sent", "nothing was said", "never left"):
            assert words in said
