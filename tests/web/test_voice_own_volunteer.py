"""A caller whom somebody phones every week phones the line: their own volunteer is rung first."""

from datetime import date, datetime
from typing import Any

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Absence, Call, Callback, OutboxRow, RingLeg, Voicemail, Volunteer
from hotline.models.status import CallbackOutcome, CallbackState, CallOutcome, LegState, VolunteerState
from tests.conftest import LINE, StoppedClock
from tests.databases import statements
from tests.journeys.conftest import PARIS
from tests.people import add_caller, add_listener, add_volunteer
from tests.records import rows
from tests.relations import EVERY_TUESDAY, give
from tests.webhooks import Document, Webhooks, sid

ODETTE, MARIE, NADIA = "+33199000201", "+33639980101", "+33639980105"
MOST_STATEMENTS = 10


@pytest.fixture
def marie(hotline: Hotline) -> int:
    """Marie phones Odette every Tuesday at 15:00; it is a Tuesday at 14:00."""
    volunteer = add_volunteer(hotline, "Marie", MARIE)
    give(hotline, add_caller(hotline, ODETTE, "Odette Martin"), volunteer, EVERY_TUESDAY)
    return volunteer


def set_volunteer(hotline: Hotline, volunteer_id: int, **fields: Any) -> None:
    with hotline.database.write() as session:
        volunteer = session.get_one(Volunteer, volunteer_id)
        for name, value in fields.items():
            setattr(volunteer, name, value)


def numbers(document: Document) -> list[str]:
    return [str(number.text) for number in document.root.iter("Number")]


def whispered(line: Webhooks, ringing: Document, to: str = MARIE) -> Document:
    noun = next(noun for noun in ringing.root.iter("Number") if noun.text == to)
    return line.document(str(noun.get("url")), **leg(line, to))


def leg(line: Webhooks, to: str = MARIE, **more: str) -> dict[str, str]:
    return line.form(900, LINE, To=to, ParentCallSid=sid("CA", 1), **more)


def press(line: Webhooks, asked: Document, digits: str, to: str = MARIE) -> Document:
    return line.document(str(asked.verb("Gather").get("action")), **leg(line, to, Digits=digits))


def end(line: Webhooks, ringing: Document, status: str, **more: str) -> Document:
    form = line.form(1, ODETTE, DialCallStatus=status, **{"DialBridged": "false", **more})
    return line.document(str(ringing.verb("Dial").get("action")), **form)


def told(hotline: Hotline) -> list[str]:
    """To whom it was written that their caller has phoned."""
    return [row.phone.number for row in rows(hotline, OutboxRow) if row.kind == "contact_again"]


def in_the_evening(clock: StoppedClock) -> None:
    """A Tuesday evening: the line is closed, offers may still leave."""
    clock.set(datetime(2026, 11, 24, 18, 30, tzinfo=PARIS))


@pytest.mark.parametrize("evening", [False, True], ids=["open", "closed"])
def test_the_own_volunteer_rings_alone_also_when_the_line_is_closed(
    hotline: Hotline, line: Webhooks, marie: int, clock: StoppedClock, *, evening: bool
) -> None:
    add_listener(hotline, NADIA)
    if evening:
        in_the_evening(clock)
    ringing = line.call(1, ODETTE)
    assert numbers(ringing) == [MARIE]
    assert ringing.verb("Dial").get("timeout") == "20"
    assert "Restez en ligne, nous appelons Marie." in ringing.said
    assert line.call(1, ODETTE).response.data == ringing.response.data, "a repeated webhook hears the same"
    assert told(hotline) == []


def test_the_volunteer_hears_who_phones_and_a_conversation_is_the_call_of_the_day(
    hotline: Hotline, line: Webhooks, marie: int
) -> None:
    ringing = line.call(1, ODETTE)
    asked = whispered(line, ringing)
    assert asked.said.startswith("Odette vous appelle. Pour répondre, appuyez sur 1.")
    assert len(press(line, asked, "1").root) == 0
    for _ in range(2):
        end(line, ringing, "completed", DialBridged="true", DialCallDuration="600")
    first, *later = rows(hotline, Callback)
    assert (first.state, first.outcome, first.duration) == (
        CallbackState.MADE,
        CallbackOutcome.REACHED,
        600,
    )
    assert {callback.state for callback in later} == {CallbackState.PLANNED}
    assert rows(hotline, Call)[-1].outcome is CallOutcome.ANSWERED
    kinds = {row.kind for row in rows(hotline, OutboxRow)}
    assert not kinds & {"listener_closing", "contact_again"}


def test_a_conversation_on_another_day_leaves_the_next_call_as_it_is(
    hotline: Hotline, line: Webhooks, marie: int, clock: StoppedClock
) -> None:
    clock.set(datetime(2026, 11, 26, 14, 0, tzinfo=PARIS))
    ringing = line.call(1, ODETTE)
    press(line, whispered(line, ringing), "1")
    end(line, ringing, "completed", DialBridged="true", DialCallDuration="600")
    assert CallbackState.MADE not in {callback.state for callback in rows(hotline, Callback)}


@pytest.mark.parametrize("how", ["no answer", "voicemail", "another key"])
def test_not_accepted_the_listeners_ring_and_then_a_message_is_for_the_volunteer(
    hotline: Hotline, line: Webhooks, marie: int, how: str
) -> None:
    add_listener(hotline, NADIA)
    ringing = line.call(1, ODETTE)
    if how == "no answer":
        listeners = end(line, ringing, "no-answer")
    else:
        asked = whispered(line, ringing)
        if how == "another key":
            press(line, asked, "2")
        listeners = end(line, ringing, "completed", DialCallSid=sid("CA", 900))
    assert numbers(listeners) == [NADIA]
    assert "Un appel pour On se parle." in whispered(line, listeners, NADIA).said
    invited = end(line, listeners, "no-answer")
    while invited.has("Dial"):
        invited = end(line, invited, "no-answer")
    assert "Vous pouvez laisser un message pour Marie." in invited.said
    recorded = line.form(1, ODETTE, RecordingSid=sid("RE", 1), RecordingDuration="12")
    line.post(str(invited.verb("Record").get("action")), **recorded)
    assert rows(hotline, Voicemail)[0].volunteer_id == marie
    assert told(hotline) == [MARIE]


def test_a_listener_who_answers_instead_is_asked_as_ever_and_the_volunteer_told(
    hotline: Hotline, line: Webhooks, marie: int
) -> None:
    add_listener(hotline, NADIA)
    listeners = end(line, line.call(1, ODETTE), "no-answer")
    press(line, whispered(line, listeners, NADIA), "1", NADIA)
    end(line, listeners, "completed", DialBridged="true", DialCallDuration="300")
    kinds = {row.kind: row.phone.number for row in rows(hotline, OutboxRow)}
    assert (kinds["listener_closing"], kinds["contact_again"]) == (NADIA, MARIE)
    assert rows(hotline, Callback)[0].state is CallbackState.PLANNED


def test_at_night_the_message_is_for_the_volunteer_who_is_told_in_the_morning(
    hotline: Hotline, line: Webhooks, marie: int, clock: StoppedClock
) -> None:
    clock.set(datetime(2026, 11, 24, 22, 0, tzinfo=PARIS))
    invited = line.call(1, ODETTE)
    assert numbers(invited) == []
    assert "Vous pouvez laisser un message pour Marie." in invited.said
    (text,) = [row for row in rows(hotline, OutboxRow) if row.kind == "contact_again"]
    assert hotline.line.local(text.due_at).hour == 9


def test_a_caller_who_gives_up_while_it_rings_is_told_of(
    hotline: Hotline, line: Webhooks, marie: int
) -> None:
    line.call(1, ODETTE)
    line.post("/voice/status", **line.form(1, ODETTE, CallStatus="completed"))
    assert told(hotline) == [MARIE]
    assert rows(hotline, Call)[-1].outcome is CallOutcome.HUNG_UP


@pytest.mark.parametrize(
    "fields",
    [
        {"takes_calls": False},
        {"quiet": "Tu 13:00-16:00"},
        {"available": "Mo 10:00-12:00"},
        {"state": VolunteerState.PAUSED},
    ],
    ids=lambda fields: str(next(iter(fields))),
)
def test_outside_their_hours_or_wish_a_volunteer_is_not_rung(
    hotline: Hotline, line: Webhooks, marie: int, fields: dict[str, Any]
) -> None:
    add_listener(hotline, NADIA)
    set_volunteer(hotline, marie, **fields)
    assert numbers(line.call(1, ODETTE)) == [NADIA]


def test_a_volunteer_who_is_away_is_not_rung(hotline: Hotline, line: Webhooks, marie: int) -> None:
    with hotline.database.write() as session:
        away = Absence(volunteer_id=marie, from_date=date(2026, 11, 24), created_at=hotline.clock.now())
        session.add(away)
    assert numbers(line.call(1, ODETTE)) == []


def test_a_volunteer_available_at_an_odd_hour_is_rung_then(
    hotline: Hotline, line: Webhooks, marie: int, clock: StoppedClock
) -> None:
    set_volunteer(hotline, marie, available="Mo-Su 08:00-22:00")
    clock.set(datetime(2026, 11, 24, 21, 0, tzinfo=PARIS))
    assert numbers(line.call(1, ODETTE)) == [MARIE]


def test_a_volunteer_who_listens_to_somebody_is_not_rung(
    hotline: Hotline, line: Webhooks, marie: int
) -> None:
    add_listener(hotline, MARIE)
    other = line.call(2, "+33639980001")
    noun = next(iter(other.root.iter("Number")))
    form = line.form(901, LINE, To=MARIE, ParentCallSid=sid("CA", 2))
    asked = line.document(str(noun.get("url")), **form)
    line.document(str(asked.verb("Gather").get("action")), **form, Digits="1")
    assert numbers(line.call(1, ODETTE)) == []


def test_a_volunteer_who_is_also_on_shift_rings_with_the_others_afterwards(
    hotline: Hotline, line: Webhooks, marie: int
) -> None:
    for number in (MARIE, NADIA):
        add_listener(hotline, number)
    ringing = line.call(1, ODETTE)
    assert numbers(ringing) == [MARIE]
    assert set(numbers(end(line, ringing, "no-answer"))) == {MARIE, NADIA}


def test_somebody_called_once_only_has_no_volunteer_of_their_own(hotline: Hotline, line: Webhooks) -> None:
    give(hotline, add_caller(hotline, ODETTE, "Odette"), add_volunteer(hotline, "Marie", MARIE), None)
    invited = line.call(1, ODETTE)
    assert numbers(invited) == []
    assert "pour Marie" not in invited.said
    assert told(hotline) == [MARIE], "who is told at once"


def test_the_news_of_the_bridge_may_come_from_the_carriers_list_alone(
    hotline: Hotline, line: Webhooks, marie: int
) -> None:
    ringing = line.call(1, ODETTE)
    press(line, whispered(line, ringing), "1")
    assert rows(hotline, RingLeg)[0].state is LegState.ACCEPTED
    line.post("/voice/status", **line.form(1, ODETTE, CallStatus="completed"))
    assert rows(hotline, Call)[-1].outcome is CallOutcome.IN_PROGRESS, "the clock asks what became of it"


def test_an_ordinary_call_asks_the_database_not_once_more(hotline: Hotline, line: Webhooks) -> None:
    add_listener(hotline, NADIA)
    for number in (1, 2):
        line.call(number, ODETTE)
    with statements(hotline.database) as seen:
        line.call(3, ODETTE)
    asked = [statement for statement in seen if not statement.startswith(("BEGIN", "SAVEPOINT"))]
    assert len(asked) <= MOST_STATEMENTS, "\n".join(asked)
