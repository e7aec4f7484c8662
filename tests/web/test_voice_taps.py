"""The button "Appeler" of the page: the line rings the volunteer, once, and joins them from there."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.models import Call, Callback, Tap, Volunteer
from hotline.models.status import CallbackState, CallOutcome, Direction, TapState
from hotline.services import taps
from hotline.settings import load
from scheduler import phoning
from tests.conftest import LINE, StoppedClock
from tests.journeys.conftest import PARIS
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.relations import give, no
from tests.telephony.fake_api import DROP, FakeApi, Reply, reply
from tests.webhooks import Document, Webhooks, sid

ODETTE, MARIE = "+33199000201", "+33639980101"
RINGING = sid("CA", 70)


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with FakeApi() as api:
        yield api


@pytest.fixture
def hotline(
    environment: Path, clock: StoppedClock, api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Hotline]:
    """The product with a carrier that answers what a test tells it to."""
    monkeypatch.setenv("TWILIO_API_BASE_URL", api.url)
    product = bootstrap.build(load(), clock)
    yield product
    product.database.close()


@pytest.fixture
def marie(hotline: Hotline) -> int:
    """Marie, with Odette to call."""
    volunteer = add_volunteer(hotline, "Marie", MARIE)
    give(hotline, add_caller(hotline, ODETTE, "Odette Martin"), volunteer, cadence=None)
    return volunteer


def tap(hotline: Hotline, volunteer_id: int, callback_id: int = 1) -> bool:
    at = hotline.clock.now()
    return (
        hotline.database.run(
            lambda session: taps.ask(session, session.get_one(Volunteer, volunteer_id), callback_id, at)
        )
        is not None
    )


def taken() -> Reply:
    return reply({"sid": RINGING, "status": "queued"}, 201)


def form(line: Webhooks, **more: str) -> dict[str, str]:
    ours = {"To": MARIE, "Direction": "outbound-api", **more}
    return line.form(70, LINE, **ours)


def answer(line: Webhooks) -> Document:
    return line.document("/voice/tap?tap=1", **form(line))


def press(line: Webhooks, asked: Document, digits: str) -> Document:
    return line.document(str(asked.verb("Gather").get("action")), **form(line, Digits=digits))


def over(line: Webhooks, status: str) -> None:
    assert line.post("/voice/tap/status?tap=1", **form(line, CallStatus=status)).status_code == 204


def test_one_tap_rings_the_volunteer_who_presses_one_and_is_joined(
    hotline: Hotline, line: Webhooks, marie: int, api: FakeApi
) -> None:
    api.then(taken())
    assert tap(hotline, marie)
    assert phoning.ring_volunteers(hotline) == "1 volontaires appelés sur leur téléphone"
    asked = api.asked[0].form
    assert (asked["To"], asked["From"]) == ([MARIE], [LINE])
    assert asked["Url"][0].startswith("https://hotline.example/voice/tap?tap=1#")
    ready = answer(line)
    assert ready.said.startswith("Bonjour Marie. Ici On se parle. Pour appeler Odette, appuyez sur 1.")
    assert not ready.has("Dial"), "her own voicemail presses nothing"
    dialled = press(line, ready, "1")
    assert (dialled.verb("Number").text, dialled.verb("Dial").get("callerId")) == (ODETTE, LINE)
    bridged = form(line, DialCallStatus="completed", DialBridged="true", DialCallDuration="600")
    assert "Merci pour cet appel" in line.document("/voice/bridge/ended", **bridged).said
    over(line, "completed")
    call = rows(hotline, Call)[-1]
    assert (call.sid, call.direction, call.volunteer_id) == (RINGING, Direction.OUTBOUND, marie)
    assert (call.outcome, call.from_number, call.to_number) == (CallOutcome.BRIDGED, LINE, MARIE)
    assert (only(hotline, Tap).state, only(hotline, Tap).sid) == (TapState.PLACED, RINGING)
    assert only(hotline, Callback).state is CallbackState.MADE


def test_the_telephone_may_be_picked_up_before_the_carriers_answer_is_read(
    hotline: Hotline, line: Webhooks, marie: int, api: FakeApi
) -> None:
    def already(_asked: object) -> Reply:
        assert answer(line).has("Gather")
        return taken()

    api.then(already)
    tap(hotline, marie)
    phoning.ring_volunteers(hotline)
    assert len(rows(hotline, Call)) == 1
    assert only(hotline, Tap).state is TapState.PLACED


def test_while_one_is_under_way_a_second_tap_changes_nothing(
    hotline: Hotline, line: Webhooks, marie: int, api: FakeApi
) -> None:
    api.then(taken())
    assert tap(hotline, marie)
    assert not tap(hotline, marie), "it waits for the clock"
    phoning.ring_volunteers(hotline)
    hotline.clock.advance(timedelta(minutes=5))
    assert not tap(hotline, marie), "it rings, or they speak"
    over(line, "no-answer")
    assert tap(hotline, marie)


def test_there_is_nothing_to_ring_for_without_such_a_call(hotline: Hotline, marie: int) -> None:
    bruno = add_volunteer(hotline, "Bruno", "+33639980102")
    assert not tap(hotline, bruno), "it is Marie's"
    assert not tap(hotline, marie, 99)
    no(hotline, 1)
    assert not tap(hotline, marie), "she has handed it back"


def test_a_telephone_that_may_be_ringing_is_never_rung_by_doubt(
    hotline: Hotline, line: Webhooks, marie: int, api: FakeApi
) -> None:
    api.then(DROP)
    tap(hotline, marie)
    phoning.ring_volunteers(hotline)
    assert only(hotline, Tap).state is TapState.DOUBTFUL
    for _ in range(3):
        hotline.clock.advance(timedelta(seconds=30))
        assert phoning.ring_volunteers(hotline) == ""
    assert len(api.asked) == 1
    assert answer(line).has("Gather"), "it did ring"
    assert only(hotline, Tap).state is TapState.PLACED


def test_a_process_that_died_while_dialling_leaves_a_doubt_and_no_second_ring(
    hotline: Hotline, marie: int, api: FakeApi, clock: StoppedClock
) -> None:
    tap(hotline, marie)
    assert hotline.database.run(lambda session: taps.claim(session, hotline.line, clock.now())) is not None
    clock.advance(timedelta(seconds=61))
    assert phoning.ring_volunteers(hotline) == ""
    assert only(hotline, Tap).state is TapState.DOUBTFUL
    assert api.asked == []


def test_a_refusal_is_known_at_once_and_the_volunteer_may_tap_again(
    hotline: Hotline, marie: int, api: FakeApi
) -> None:
    api.then(reply({"code": 21215, "message": "no", "status": 400}, 400))
    tap(hotline, marie)
    phoning.ring_volunteers(hotline)
    assert only(hotline, Tap).state is TapState.FAILED
    assert "pays" in str(only(hotline, Tap).error)
    assert tap(hotline, marie)


def test_a_tap_that_waited_for_a_clock_that_was_down_rings_nobody(
    hotline: Hotline, marie: int, api: FakeApi, clock: StoppedClock
) -> None:
    tap(hotline, marie)
    clock.advance(taps.FRESH + timedelta(seconds=1))
    assert phoning.ring_volunteers(hotline) == ""
    assert only(hotline, Tap).state is TapState.FAILED
    assert "touchez « Appeler »" in str(only(hotline, Tap).error)
    assert api.asked == []


def test_a_number_abroad_is_not_rung(hotline: Hotline, api: FakeApi) -> None:
    volunteer = add_volunteer(hotline, "Bruno", "+32470123456")
    give(hotline, add_caller(hotline, ODETTE, "Odette"), volunteer, cadence=None)
    tap(hotline, volunteer)
    assert phoning.ring_volunteers(hotline) == ""
    assert only(hotline, Tap).state is TapState.FAILED
    assert api.asked == []


@pytest.mark.parametrize("status", ["no-answer", "busy", "failed"])
def test_a_volunteer_who_does_not_pick_up_has_tried_nothing(
    hotline: Hotline, line: Webhooks, marie: int, api: FakeApi, status: str
) -> None:
    api.then(taken())
    tap(hotline, marie)
    phoning.ring_volunteers(hotline)
    for _ in range(2):
        over(line, status)
    assert rows(hotline, Call)[-1].outcome is CallOutcome.FAILED
    assert "n'a pas répondu" in str(only(hotline, Tap).error)
    assert only(hotline, Callback).state is CallbackState.PLANNED


def test_a_voicemail_that_picks_up_presses_nothing(
    hotline: Hotline, line: Webhooks, marie: int, api: FakeApi
) -> None:
    api.then(taken())
    tap(hotline, marie)
    phoning.ring_volunteers(hotline)
    assert answer(line).root[-1].tag == "Hangup"
    over(line, "completed")
    assert rows(hotline, Call)[-1].outcome is CallOutcome.HUNG_UP
    assert only(hotline, Callback).state is CallbackState.PLANNED


def test_at_a_late_hour_the_key_is_asked_for_with_a_warning(
    hotline: Hotline, line: Webhooks, marie: int, api: FakeApi, clock: StoppedClock
) -> None:
    clock.set(datetime(2026, 11, 24, 21, 30, tzinfo=PARIS))
    api.then(taken())
    tap(hotline, marie)
    phoning.ring_volunteers(hotline)
    asked = answer(line)
    assert asked.said.startswith("Bonjour Marie. À cette heure, Odette dort peut-être.")
    assert press(line, asked, "1").verb("Number").text == ODETTE


def test_a_call_that_was_told_of_meanwhile_is_not_made(
    hotline: Hotline, line: Webhooks, marie: int, api: FakeApi
) -> None:
    api.then(taken())
    tap(hotline, marie)
    phoning.ring_volunteers(hotline)
    asked = answer(line)
    no(hotline, 1)
    assert "Personne n'attend votre appel" in press(line, asked, "1").said
    assert "Personne n'attend votre appel" in answer(line).said


def test_a_tap_that_nobody_made_is_answered_with_an_apology(line: Webhooks) -> None:
    assert "Excusez-nous" in line.document("/voice/tap?tap=77", **form(line)).said
    assert line.post("/voice/tap/status?tap=77", **form(line, CallStatus="completed")).status_code == 204
