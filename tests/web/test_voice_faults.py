"""Whatever breaks on our side, a caller hears an apology and can leave a message."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.models import Call, Contact, Request, Voicemail
from hotline.models.status import CallOutcome
from hotline.settings import load
from tests.conftest import StoppedClock
from tests.people import add_listener
from tests.records import only, rows
from tests.webhooks import Document, Webhooks, sid

CALLER = "+33199000201"
CARRIERS_PATIENCE = 5.0
MESSAGE = {"RecordingSid": sid("RE", 1), "RecordingDuration": "12", "Digits": "hangup"}
SOMEBODY_LISTENS = ("/voice/whisper", "/voice/pressed", "/voice/bridge/ended")


@contextmanager
def broken(hotline: Hotline) -> Iterator[None]:
    """The database has lost a table for a while."""
    with hotline.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE calls RENAME TO calls_gone"))
        connection.execute(text("ALTER TABLE ring_legs RENAME TO ring_legs_gone"))
    yield
    with hotline.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE calls_gone RENAME TO calls"))
        connection.execute(text("ALTER TABLE ring_legs_gone RENAME TO ring_legs"))


def apologises(answer: Document) -> bool:
    """Tell whether the caller hears an apology and can leave a message."""
    said = answer.said
    return "une panne" in said and "urgence" in said and "bip" in said and answer.has("Record")


def test_a_broken_product_apologises_and_takes_a_message(
    hotline: Hotline, line: Webhooks, logged: Sequence[Any]
) -> None:
    with broken(hotline):
        assert apologises(line.call(caller=CALLER))
        assert apologises(line.document("/voice/rung?attempt=1", **line.form(1, CALLER)))
        assert apologises(line.document("/voice/fallback", **line.form(1, CALLER, ErrorCode="11200")))
    assert [event["kept"] for event in logged if event["event"] == "voice_fault"] == [True] * 3


@pytest.mark.parametrize("path", SOMEBODY_LISTENS)
def test_whoever_has_no_message_to_leave_hears_a_farewell(
    hotline: Hotline, line: Webhooks, path: str
) -> None:
    with broken(hotline):
        answer = line.document(path, **line.form(1, CALLER, **MESSAGE))
    assert "une panne" in answer.said
    assert answer.root[-1].tag == "Hangup"


@pytest.mark.parametrize("path", ["/voice/leg?leg=1", "/voice/status", "/voice/recording"])
def test_news_that_cannot_even_be_kept_are_asked_for_again(
    hotline: Hotline, line: Webhooks, path: str
) -> None:
    form = line.form(1, CALLER, CallStatus="completed", RecordingStatus="completed", **MESSAGE)
    hotline.spool.folder.write_text("a file lies where the folder should be")
    with broken(hotline):
        assert line.post(path, **form).status_code == 503
    assert line.post(path, **{**form, "CallSid": "nonsense"}).status_code == 204


def test_the_message_left_after_an_apology_is_not_lost(hotline: Hotline, line: Webhooks) -> None:
    with broken(hotline):
        answer = line.call(caller=CALLER)
    action = str(answer.verb("Record").get("action"))
    thanks = line.document(action, **line.form(1, CALLER, CallStatus="completed", **MESSAGE))
    assert "Merci de votre message" in thanks.said
    assert only(hotline, Call).outcome is CallOutcome.VOICEMAIL
    assert only(hotline, Voicemail).recording_sid == sid("RE", 1)
    assert only(hotline, Request).caller_id == only(hotline, Call).caller_id


def test_the_status_alone_logs_a_call_and_then_its_recording(
    hotline: Hotline, line: Webhooks, clock: StoppedClock
) -> None:
    with broken(hotline):
        line.call(caller=CALLER)
        line.post("/voice/message", **line.form(1, CALLER, CallStatus="completed", **MESSAGE))
    ended = line.form(1, CALLER, CallStatus="completed", CallDuration="40")
    assert line.post("/voice/status", **ended).status_code == 204
    call = only(hotline, Call)
    assert (call.outcome, call.ended_at) == (CallOutcome.HUNG_UP, clock.now())
    assert (clock.now() - call.started_at).total_seconds() == 40
    assert len(rows(hotline, Request)) == len(rows(hotline, Contact)) == 1
    line.post("/voice/recording", CallSid=sid("CA", 1), RecordingStatus="completed", **MESSAGE)
    assert only(hotline, Call).outcome is CallOutcome.VOICEMAIL


def test_the_fallback_logs_the_call_and_takes_a_message(
    hotline: Hotline, line: Webhooks, logged: Sequence[Any]
) -> None:
    form = line.form(1, CALLER, ErrorCode="11200", ErrorUrl="https://hotline.example/voice/incoming")
    assert apologises(line.document("/voice/fallback", **form))
    assert [(event["event"], event["code"]) for event in logged] == [("carrier_fallback", 11200)]
    assert only(hotline, Call).outcome is CallOutcome.IN_PROGRESS
    assert len(rows(hotline, Request)) == 1


@pytest.mark.parametrize("path", ["/voice/incoming", "/voice/rung", "/voice/fallback"])
@pytest.mark.parametrize("sid_given", ["", "nonsense", "CA123"])
def test_a_call_without_a_name_still_hears_words(line: Webhooks, path: str, sid_given: str) -> None:
    assert apologises(line.document(path, CallSid=sid_given, From=CALLER))


@pytest.mark.parametrize("url", ["postgresql://127.0.0.1:9/nowhere", "sqlite:////proc/nowhere/hotline.db"])
def test_a_database_that_is_gone_is_answered_within_the_carriers_patience(
    environment: Path, clock: StoppedClock, url: str
) -> None:
    product = bootstrap.build(load(DATABASE_URL=url), clock)
    line, began = Webhooks(product), time.monotonic()
    assert apologises(line.call(caller=CALLER))
    assert time.monotonic() - began < CARRIERS_PATIENCE
    assert line.post("/voice/status", **line.form(1, CALLER, CallStatus="completed")).status_code == 204
    assert line.client.get("/status").status_code == 503


def test_a_database_that_is_locked_is_answered_within_the_carriers_patience(
    hotline: Hotline, line: Webhooks
) -> None:
    add_listener(hotline, "+33639980101")
    with hotline.database.engine.connect() as other:
        if not hotline.database.is_sqlite:
            other.execute(text("LOCK TABLE calls IN ACCESS EXCLUSIVE MODE"))
        other.execute(text("UPDATE calls SET attempt = attempt"))
        began = time.monotonic()
        assert apologises(line.call(caller=CALLER))
        assert time.monotonic() - began < CARRIERS_PATIENCE
        other.rollback()
    assert line.call(caller=CALLER).has("Dial"), "and all is well again"
