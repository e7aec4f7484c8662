"""Messages on the line: what the caller hears, and the carrier's news in any order, twice or never."""

from datetime import UTC, datetime

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Alert, Call, Request, Voicemail
from hotline.models.status import CallOutcome, VoicemailState
from hotline.services import voicemails
from tests.conftest import StoppedClock
from tests.records import only, rows
from tests.webhooks import Webhooks, sid

CALLER = "+33199000201"
NIGHT = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)
ORDERS = [
    "action callback status",
    "callback action status",
    "status callback action",
    "status action callback",
]
ACTION, CALLBACK = "/voice/message", "/voice/recording"


@pytest.fixture(autouse=True)
def night(clock: StoppedClock) -> None:
    """The line is closed."""
    clock.set(NIGHT)


def recorded(line: Webhooks, seconds: int = 12, **more: str) -> str:
    """The carrier asks what follows a recording; return what is said."""
    form = {"RecordingSid": sid("RE", 1), "RecordingDuration": str(seconds), "Digits": "hangup"}
    return line.document(ACTION, **line.form(1, CALLER, CallStatus="completed", **form, **more)).said


def announced(line: Webhooks, status: str = "completed", seconds: int = 12, number: int = 1) -> None:
    form = {
        "CallSid": sid("CA", 1),
        "RecordingSid": sid("RE", number),
        "RecordingStatus": status,
        "RecordingDuration": str(seconds),
    }
    assert line.post(CALLBACK, **form).status_code == 204


def over(line: Webhooks) -> None:
    form = line.form(1, CALLER, CallStatus="completed", CallDuration="40")
    assert line.post("/voice/status", **form).status_code == 204


def tell(line: Webhooks, order: str, *, at_first: int = 12, trimmed: int = 12) -> None:
    """The news of one message, in this order; the length is that before trimming, then after."""
    for news in order.split():
        match news:
            case "action":
                recorded(line, at_first)
            case "callback":
                announced(line, "completed", trimmed)
            case _:
                over(line)


def test_the_voicemail_warns_says_who_listens_and_beeps(line: Webhooks) -> None:
    answer = line.call(caller=CALLER)
    said = answer.said
    order = ["La ligne ouvrira demain", "pas un service d'urgence", "15", "112", "enregistré", "bip"]
    places = [said.index(words) for words in order]
    assert places == sorted(places)
    record = answer.verb("Record")
    assert answer.root[-1] is record


def test_long_silences_are_tolerated_and_no_key_ends_a_message(line: Webhooks) -> None:
    record = line.call(caller=CALLER).verb("Record")
    assert (record.get("timeout"), record.get("maxLength")) == ("8", "300")
    assert (record.get("finishOnKey"), record.get("playBeep")) == ("", "true")
    assert str(record.get("action")).startswith("https://hotline.example/voice/message#rc=2")
    assert str(record.get("recordingStatusCallback")).startswith("https://hotline.example/voice/recording#")


def test_a_message_is_expected_and_its_caller_waits(hotline: Hotline, line: Webhooks) -> None:
    line.call(caller=CALLER)
    assert "Merci de votre message" in recorded(line)
    over(line)
    call, message = only(hotline, Call), only(hotline, Voicemail)
    assert (call.outcome, call.ended_at) == (CallOutcome.VOICEMAIL, NIGHT)
    assert (message.recording_sid, message.state) == (sid("RE", 1), VoicemailState.EXPECTED)
    assert only(hotline, Request).caller_id == call.caller_id


@pytest.mark.parametrize("order", ORDERS)
def test_the_news_of_a_message_may_come_in_any_order_and_twice(
    hotline: Hotline, line: Webhooks, order: str
) -> None:
    line.call(caller=CALLER)
    tell(line, order)
    tell(line, order)
    assert only(hotline, Call).outcome is CallOutcome.VOICEMAIL
    message = only(hotline, Voicemail)
    assert (message.state, message.duration) == (VoicemailState.EXPECTED, 12)
    assert message.try_at == NIGHT, "the audio is ready"


def test_the_recording_may_be_named_by_its_address_only(hotline: Hotline, line: Webhooks) -> None:
    line.call(caller=CALLER)
    address = f"https://api.example/2010-04-01/Accounts/{sid('AC', 1)}/Recordings/{sid('RE', 7)}"
    line.document(ACTION, **line.form(1, CALLER, RecordingUrl=address, RecordingDuration="5"))
    assert only(hotline, Voicemail).recording_sid == sid("RE", 7)


@pytest.mark.parametrize("seconds", [0, 1])
def test_a_message_too_short_to_hold_words_is_a_hang_up(
    hotline: Hotline, line: Webhooks, seconds: int
) -> None:
    line.call(caller=CALLER)
    assert "rien entendu" in recorded(line, seconds)
    announced(line, "absent", -1)
    over(line)
    assert only(hotline, Call).outcome is CallOutcome.HUNG_UP
    assert rows(hotline, Voicemail) == []
    assert rows(hotline, Alert) == []
    assert len(rows(hotline, Request)) == 1, "a hang-up counts too"


@pytest.mark.parametrize("order", ORDERS)
def test_a_message_that_is_too_short_once_trimmed_leaves_no_row(
    hotline: Hotline, line: Webhooks, order: str
) -> None:
    line.call(caller=CALLER)
    tell(line, order, at_first=9, trimmed=1)
    tell(line, order, at_first=9, trimmed=1)
    assert rows(hotline, Voicemail) == []
    assert only(hotline, Call).outcome is CallOutcome.HUNG_UP


def test_late_news_that_it_is_too_short_removes_the_audio_too(hotline: Hotline, line: Webhooks) -> None:
    line.call(caller=CALLER)
    recorded(line, 9)
    hotline.store.put(sid("RE", 1), b"one second")
    with hotline.database.write() as session:
        (fetch,) = voicemails.claim_due(session, NIGHT.replace(minute=5), 10)
        assert voicemails.stored(session, fetch, "0" * 64)
    announced(line, "completed", 1)
    assert rows(hotline, Voicemail) == []
    assert not hotline.store.exists(sid("RE", 1))


def test_a_second_message_of_the_same_call_is_kept_when_the_first_was_too_short(
    hotline: Hotline, line: Webhooks
) -> None:
    line.call(caller=CALLER)
    announced(line, "completed", 30, number=2)
    announced(line, "completed", 1, number=1)
    assert only(hotline, Voicemail).recording_sid == sid("RE", 2)
    assert only(hotline, Call).outcome is CallOutcome.VOICEMAIL


@pytest.mark.parametrize("status", ["absent", "failed"])
def test_a_message_without_audio_is_shown_as_lost_and_not_sought_for_ever(
    hotline: Hotline, line: Webhooks, status: str
) -> None:
    line.call(caller=CALLER)
    recorded(line)
    announced(line, status, -1)
    announced(line, status, -1)
    assert only(hotline, Voicemail).state is VoicemailState.LOST
    assert only(hotline, Alert).kind == "voicemail_lost"
    with hotline.database.write() as session:
        assert voicemails.claim_due(session, NIGHT.replace(minute=59), 10) == []


def test_silence_instead_of_a_message_still_counts_as_a_call(hotline: Hotline, line: Webhooks) -> None:
    line.call(caller=CALLER)
    said = line.document(ACTION, **line.form(1, CALLER)).said
    assert "votre appel est noté" in said
    over(line)
    assert only(hotline, Call).outcome is CallOutcome.HUNG_UP
    assert len(rows(hotline, Request)) == 1


def test_news_of_a_recording_of_a_call_never_heard_of_change_nothing(
    hotline: Hotline, line: Webhooks
) -> None:
    announced(line)
    assert rows(hotline, Voicemail) == []


def test_a_recording_in_progress_is_no_message_yet(hotline: Hotline, line: Webhooks) -> None:
    line.call(caller=CALLER)
    announced(line, "in-progress", -1)
    assert rows(hotline, Voicemail) == []


def test_a_withheld_caller_is_asked_to_say_their_number(line: Webhooks) -> None:
    assert "Votre numéro est masqué" in line.call(caller="anonymous").said
