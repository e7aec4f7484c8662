"""Every webhook fixture read into its typed event, and strange forms refused in one way only."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.phone import PhoneNumber
from hotline.telephony import webhooks as hear
from hotline.telephony.webhooks import MalformedWebhook

FIXTURES = json.loads((Path(__file__).parents[1] / "payloads/webhook_fixtures.json").read_text())["fixtures"]
READERS = {
    "/voice/incoming": hear.incoming_call,
    "/voice/fallback": hear.carrier_fault,
    "/voice/status": hear.call_ended,
    "/voice/dial-done": hear.dial_ended,
    "/voice/leg-status": hear.leg_status,
    "/voice/menu": hear.keys_pressed,
    "/voice/whisper": hear.keys_pressed,
    "/voice/whisper/choice": hear.keys_pressed,
    "/voice/queue/wait": hear.keys_pressed,
    "/voice/queue/left": hear.keys_pressed,
    "/voice/message": hear.message_recorded,
    "/voice/recording-status": hear.recording_status,
    "/sms/incoming": hear.incoming_text,
    "/sms/fallback": hear.carrier_fault,
    "/sms/status": hear.text_receipt,
}
WITHHELD = [
    "incoming_withheld_alpha",
    "incoming_withheld_digits_anonymous",
    "incoming_withheld_digits_restricted",
    "incoming_withheld_digits_blocked",
    "incoming_withheld_digits_unknown",
    "incoming_withheld_digits_unavailable",
    "incoming_unknown_word",
    "incoming_empty_from",
    "incoming_sip",
    "incoming_client",
]
CALL = {"CallSid": "CA" + "0" * 32}


def form(name: str, **changes: str) -> dict[str, str]:
    return FIXTURES[name]["params"] | changes


@pytest.mark.parametrize("name", FIXTURES)
def test_every_known_webhook_is_read(name: str) -> None:
    params = form(name)
    event = READERS[FIXTURES[name]["path"]](params)
    sid = getattr(event, "sid", None) or getattr(event, "call_sid", None)
    expected = params.get("MessageSid") or params.get("CallSid")
    assert sid == (None if isinstance(event, hear.CarrierFault) else expected)


def test_an_ordinary_call_tells_who_phones_and_which_number() -> None:
    call = hear.incoming_call(form("incoming_mobile_fr"))
    assert call.caller == PhoneNumber("+33639980001")
    assert (call.from_raw, call.to_raw) == ("+33639980001", "+33199000100")
    assert call.direction == "inbound"
    assert not call.withheld
    assert call.forwarded_from is None


@pytest.mark.parametrize("name", WITHHELD)
def test_a_withheld_caller_is_nobody_that_can_be_called_back(name: str) -> None:
    call = hear.incoming_call(form(name))
    assert call.withheld
    assert call.caller is None
    assert call.from_raw == form(name)["From"]


def test_a_number_written_the_french_way_is_understood() -> None:
    assert hear.incoming_call(form("incoming_not_normalised")).caller == PhoneNumber("+33639980001")


def test_a_forwarded_call_keeps_the_number_it_came_through() -> None:
    assert hear.incoming_call(form("incoming_forwarded")).forwarded_from == "+33199000055"


def test_the_end_of_a_call_has_its_duration() -> None:
    ended = hear.call_ended(form("call_completed_inbound"))
    assert ended.over
    assert ended.duration == 58


@pytest.mark.parametrize(
    ("name", "over"),
    [
        ("outbound_initiated", False),
        ("outbound_ringing", False),
        ("outbound_in_progress", False),
        ("outbound_completed", True),
        ("outbound_busy", True),
        ("outbound_no_answer", True),
        ("outbound_failed", True),
        ("outbound_canceled", True),
    ],
)
def test_only_a_final_status_ends_a_call(name: str, over: bool) -> None:
    assert hear.call_ended(form(name)).over is over


def test_only_a_bridge_that_happened_counts_as_answered() -> None:
    assert hear.dial_ended(form("dial_completed")).bridged
    for name in ("dial_completed_not_bridged", "dial_no_answer", "dial_busy", "dial_failed"):
        assert not hear.dial_ended(form(name)).bridged
    for odd in ("True", "TRUE", "1", "yes", ""):
        assert not hear.dial_ended(form("dial_completed", DialBridged=odd)).bridged


def test_the_ringing_tells_which_leg_and_how_long() -> None:
    done = hear.dial_ended(form("dial_completed"))
    assert (done.dial_status, done.duration) == ("completed", 312)
    assert done.dial_sid == form("dial_completed")["DialCallSid"]
    conference = hear.dial_ended(form("dial_answered_conference"))
    assert (conference.dial_sid, conference.duration) == (None, None)


def test_a_rung_telephone_names_its_own_leg_and_its_state() -> None:
    leg = hear.leg_status(form("leg_completed"))
    assert (leg.sid, leg.status) == (form("leg_completed")["CallSid"], "completed")


def test_keys_are_digits_star_and_hash_only() -> None:
    assert hear.keys_pressed(form("gather_digit")).digits == "1"
    assert hear.keys_pressed(form("gather_star")).digits == "*"
    assert hear.keys_pressed(form("gather_empty_action")).digits == ""
    assert hear.keys_pressed(form("gather_speech_fr")).digits == ""
    assert hear.keys_pressed(CALL | {"Digits": "hangup"}).digits == ""
    assert hear.keys_pressed(CALL | {"Digits": "１"}).digits == ""


def test_a_listener_who_accepts_does_it_on_a_leg_of_their_own() -> None:
    accepted = form("whisper_accept")
    assert hear.keys_pressed(accepted).sid == accepted["CallSid"] != accepted["ParentCallSid"]


@pytest.mark.parametrize(
    ("word", "machine"),
    [
        ("machine_start", True),
        ("machine_end_beep", True),
        ("machine_end_silence", True),
        ("machine_end_other", True),
        ("fax", True),
        ("human", False),
        ("unknown", None),
        ("", None),
        ("Human?", None),
    ],
)
def test_a_machine_is_what_the_carrier_calls_one_and_a_doubt_stays_a_doubt(
    word: str, machine: bool | None
) -> None:
    assert hear.leg_answered(CALL | {"AnsweredBy": word}).machine is machine
    assert hear.leg_answered(CALL).machine is None


def test_a_message_is_kept_however_the_caller_ended_it() -> None:
    hashed = hear.message_recorded(form("record_action_hash"))
    assert (hashed.duration, hashed.call_over) == (47, False)
    gone = hear.message_recorded(form("record_action_hangup"))
    assert (gone.duration, gone.call_over) == (31, True)
    assert gone.recording_sid == form("record_action_hangup")["RecordingSid"]


def test_a_recording_is_found_by_its_address_when_its_sid_is_not_sent() -> None:
    params = form("record_action_hangup")
    expected = params.pop("RecordingSid")
    assert hear.message_recorded(params).recording_sid == expected
    assert hear.message_recorded(params | {"RecordingUrl": "https://api.example/x"}).recording_sid is None


def test_a_lost_recording_has_no_duration() -> None:
    lost = hear.recording_status(form("recording_absent"))
    assert (lost.status, lost.duration) == ("absent", None)
    assert hear.recording_status(form("recording_completed")).duration == 29


def test_a_text_keeps_every_character() -> None:
    for name in ("sms_accents", "sms_emoji", "sms_whitespace", "sms_empty", "sms_long"):
        assert hear.incoming_text(form(name)).body == form(name)["Body"]


def test_a_machines_text_has_no_sender_to_answer() -> None:
    for name in ("sms_from_short_code", "sms_from_alphanumeric"):
        assert hear.incoming_text(form(name)).sender is None
    assert hear.incoming_text(form("sms_plain")).sender == PhoneNumber("+33639980001")


def test_an_opt_out_seen_by_the_carrier_is_told() -> None:
    assert hear.incoming_text(form("sms_stop_advanced")).opt_out_type == "STOP"
    assert hear.incoming_text(form("sms_stop_default")).opt_out_type is None


def test_a_receipt_tells_the_status_and_the_error() -> None:
    assert hear.text_receipt(form("status_delivered")).status == "delivered"
    assert hear.text_receipt(form("status_delivered")).error_code is None
    assert hear.text_receipt(form("status_undelivered_30005")).error_code == 30005
    assert hear.text_receipt(form("status_sent", ErrorCode="0")).error_code is None


def test_a_receipt_with_only_the_older_names_is_read() -> None:
    old = {"SmsSid": "SM" + "a" * 32, "SmsStatus": "sent"}
    assert hear.text_receipt(old) == hear.TextReceipt("SM" + "a" * 32, "sent", None)


def test_the_fallback_learns_what_went_wrong_even_without_a_call() -> None:
    fault = hear.carrier_fault(form("voice_fallback_timeout"))
    assert fault == hear.CarrierFault(11200, "https://hotline.example/voice/incoming")
    assert hear.carrier_fault({}) == hear.CarrierFault(None, None)


@pytest.mark.parametrize(
    "sid", ["", "CA1234", "SM" + "0" * 32, "CA" + "G" * 32, "CA" + "0" * 32 + "\n", "CA" + "٠" * 32]
)
def test_a_call_without_a_proper_sid_is_refused(sid: str) -> None:
    with pytest.raises(MalformedWebhook, match="CallSid"):
        hear.incoming_call(form("incoming_mobile_fr", CallSid=sid))


def test_a_malformed_second_sid_is_refused_too() -> None:
    with pytest.raises(MalformedWebhook, match="DialCallSid"):
        hear.dial_ended(form("dial_completed", DialCallSid="CA1"))


names = st.sampled_from(sorted({name for fixture in FIXTURES.values() for name in fixture["params"]}))
sids = st.from_regex(r"(CA|SM|MM|RE)[0-9a-f]{32}", fullmatch=True)
values = sids | st.text() | st.sampled_from(["completed", "true", "-1", "²", "999999999999", "+33639980001"])


@given(
    reader=st.sampled_from(sorted(set(READERS.values()), key=lambda reader: reader.__name__)), data=st.data()
)
def test_any_form_is_either_read_or_called_malformed(
    reader: Callable[[dict[str, str]], object], data: st.DataObject
) -> None:
    params = data.draw(st.dictionaries(names | st.text(), values, max_size=12))
    params |= data.draw(st.sampled_from([{}, CALL, {"MessageSid": "SM" + "0" * 32}]))
    try:
        event = reader(params)
    except MalformedWebhook:
        event = None
    assert event is None or type(event).__name__ in vars(hear)
