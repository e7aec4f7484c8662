"""The carrier contract over Twilio's REST API, as its client library speaks it on loopback."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from hotline.telephony.base import (
    Carrier,
    CarrierCall,
    CarrierRecording,
    OwnNumber,
    PlacedCall,
    SentText,
    TelephonyError,
)
from hotline.telephony.twilio import TwilioCarrier

from .fake_api import Asked, FakeApi, Reply, reply

ACCOUNT = "AC0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"
ROOT = f"/2010-04-01/Accounts/{ACCOUNT}"
CALL = "CA" + "1" * 32
RECORDING = "RE" + "2" * 32
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
VOLUNTEER = "+33639980101"
LINE = "+33199000100"
NOT_FOUND = {"code": 20404, "message": "not found", "more_info": "", "status": 404}
SOUND = b"RIFF\x24\x00\x00\x00WAVEfmt "


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with FakeApi() as api:
        yield api


@pytest.fixture
def carrier(api: FakeApi) -> Carrier:
    return TwilioCarrier(ACCOUNT, "token", base_url=api.url, timeout=5)


def text(number: int, created_at: datetime, **changes: object) -> dict[str, object]:
    return {
        "sid": f"SM{number:032x}",
        "to": VOLUNTEER,
        "from": LINE,
        "body": f"texte {number}",
        "status": "delivered",
        "error_code": None,
        "date_created": format_datetime(created_at),
        "date_sent": None,
        "direction": "outbound-api",
        "num_segments": "1",
        **changes,
    }


def page(name: str, items: list[dict[str, object]], following: str | None = None) -> Reply:
    return reply({name: items, "page": 0, "page_size": 100, "next_page_uri": following, "uri": "/"})


def send(carrier: Carrier, body: str = "Bonjour", valid_for: int | None = None) -> SentText:
    return carrier.send_text(
        to=VOLUNTEER,
        sender=LINE,
        body=body,
        on_receipt="https://hotline.example/sms/status",
        valid_for=valid_for,
    )


def test_a_text_is_handed_over_with_its_receipt_address_and_its_life_time(
    api: FakeApi, carrier: Carrier
) -> None:
    api.then(reply(text(7, NOON, status="queued"), 201))
    assert send(carrier, "Ça va ? « oui »", valid_for=3600) == SentText(f"SM{7:032x}", "queued")
    (asked,) = api.asked
    assert (asked.method, asked.path) == ("POST", f"{ROOT}/Messages.json")
    assert asked.form == {
        "To": [VOLUNTEER],
        "From": [LINE],
        "Body": ["Ça va ? « oui »"],
        "StatusCallback": ["https://hotline.example/sms/status"],
        "ValidityPeriod": ["3600"],
    }


def test_without_a_life_time_the_carriers_own_applies(api: FakeApi, carrier: Carrier) -> None:
    api.then(reply(text(7, NOON), 201))
    send(carrier)
    assert "ValidityPeriod" not in api.asked[0].form


def test_requests_use_the_token_unless_there_is_a_key(api: FakeApi, carrier: Carrier) -> None:
    keyed = TwilioCarrier(ACCOUNT, "token", api_key="SK1", api_secret="secret", base_url=api.url)
    api.then(*[reply(text(7, NOON), 201)] * 2, reply({"sid": ACCOUNT, "status": "active"}))
    send(carrier)
    send(keyed)
    assert keyed.account_status() == "active"
    assert [asked.user for asked in api.asked] == [f"{ACCOUNT}:token", "SK1:secret", f"{ACCOUNT}:token"]
    assert all(asked.path.startswith(ROOT) for asked in api.asked)


def test_a_telephone_is_rung_with_the_addresses_that_follow_the_call(api: FakeApi, carrier: Carrier) -> None:
    api.then(reply({"sid": CALL, "status": "queued"}, 201))
    placed = carrier.place_call(
        to=VOLUNTEER,
        sender=LINE,
        seconds=30,
        on_answer="https://hotline.example/voice/tap?tap=7#rc=2",
        on_status="https://hotline.example/voice/tap/status?tap=7",
        on_fault="https://hotline.example/voice/fallback",
    )
    assert placed == PlacedCall(CALL, "queued")
    (asked,) = api.asked
    assert (asked.method, asked.path) == ("POST", f"{ROOT}/Calls.json")
    assert asked.form == {
        "To": [VOLUNTEER],
        "From": [LINE],
        "Timeout": ["30"],
        "Url": ["https://hotline.example/voice/tap?tap=7#rc=2"],
        "StatusCallback": ["https://hotline.example/voice/tap/status?tap=7"],
        "FallbackUrl": ["https://hotline.example/voice/fallback"],
    }


def test_texts_are_read_page_by_page_and_waiting_ones_count(api: FakeApi, carrier: Carrier) -> None:
    waiting = text(4, NOON + timedelta(minutes=3), status="queued")
    failed = text(3, NOON + timedelta(minutes=1), status="undelivered", error_code=30003)
    before = text(2, NOON - timedelta(minutes=1))
    long_ago = text(1, NOON - timedelta(days=3))
    api.then(
        page("messages", [waiting, failed], f"{ROOT}/Messages.json?Page=1&PageToken=x"),
        page("messages", [before, text(9, NOON), long_ago], f"{ROOT}/Messages.json?Page=2"),
    )
    found = carrier.texts_to(VOLUNTEER, NOON)
    assert [each.sid[-1] for each in found] == ["4", "3", "9"]
    assert [each.status for each in found] == ["queued", "undelivered", "delivered"]
    assert [each.error_code for each in found] == [None, 30003, None]
    assert found[0].created_at == NOON + timedelta(minutes=3)
    assert (found[0].sender, found[0].body, found[0].direction) == (LINE, "texte 4", "outbound-api")
    assert api.asked[0].query["To"] == [VOLUNTEER]
    assert [asked.host for asked in api.asked] == [api.url.removeprefix("http://")] * 2


def test_the_recordings_of_a_call_are_listed_ready_or_not(api: FakeApi, carrier: Carrier) -> None:
    ready = {"sid": RECORDING, "call_sid": CALL, "duration": "29", "status": "completed"}
    lost = {"sid": "RE" + "3" * 32, "call_sid": CALL, "duration": "-1", "status": "absent"}
    created = {"date_created": format_datetime(NOON)}
    api.then(page("recordings", [ready | created, lost | created]))
    assert carrier.recordings_of(CALL) == [
        CarrierRecording(RECORDING, CALL, 29, "completed", NOON),
        CarrierRecording("RE" + "3" * 32, CALL, None, "absent", NOON),
    ]
    assert api.asked[0].query["CallSid"] == [CALL]


def test_the_sound_of_a_recording_is_fetched_with_our_credentials(api: FakeApi, carrier: Carrier) -> None:
    api.then(reply(SOUND, Content_Type="audio/x-wav"))
    assert carrier.audio(RECORDING) == SOUND
    assert api.asked[0].path == f"{ROOT}/Recordings/{RECORDING}.wav"
    assert api.asked[0].user == f"{ACCOUNT}:token"


@pytest.mark.parametrize("body", [b"", NOT_FOUND])
def test_sound_that_is_not_there_yet_may_be_asked_again(api: FakeApi, carrier: Carrier, body: object) -> None:
    api.then(reply(body, 404))
    with pytest.raises(TelephonyError) as caught:
        carrier.audio(RECORDING)
    assert (caught.value.code, caught.value.permanent) == (20404, False)


@pytest.mark.parametrize("content", [b"", b"ID3\x04 an mp3", b"<html>RIFF WAVE</html>", b"RIFF\0\0\0\0AVI "])
def test_what_is_no_sound_is_not_taken_for_one(api: FakeApi, carrier: Carrier, content: bytes) -> None:
    api.then(reply(content))
    with pytest.raises(TelephonyError, match="autre chose qu'un son"):
        carrier.audio(RECORDING)


@pytest.mark.parametrize("sid", ["", "../Messages", CALL, RECORDING + "/../x"])
def test_only_a_recordings_sid_names_a_sound(api: FakeApi, carrier: Carrier, sid: str) -> None:
    with pytest.raises(TelephonyError) as caught:
        carrier.audio(sid)
    assert caught.value.permanent
    assert api.asked == []


def test_a_call_is_told_with_its_times_in_utc(api: FakeApi, carrier: Carrier) -> None:
    api.then(
        reply(
            {
                "sid": CALL,
                "status": "completed",
                "duration": "58",
                "start_time": format_datetime(NOON),
                "end_time": format_datetime(NOON + timedelta(seconds=58)),
                "from": VOLUNTEER,
                "to": LINE,
                "direction": "inbound",
                "parent_call_sid": None,
            }
        )
    )
    assert carrier.call(CALL) == CarrierCall(
        sid=CALL,
        status="completed",
        duration=58,
        started_at=NOON,
        ended_at=NOON + timedelta(seconds=58),
        from_=VOLUNTEER,
        to=LINE,
        direction="inbound",
        parent_sid=None,
    )


def test_a_call_under_way_has_no_end_yet(api: FakeApi, carrier: Carrier) -> None:
    api.then(reply({"sid": CALL, "status": "in-progress", "from": VOLUNTEER, "to": LINE}))
    call = carrier.call(CALL)
    assert call is not None
    assert (call.duration, call.started_at, call.ended_at) == (None, None, None)


def test_an_unknown_call_is_none(api: FakeApi, carrier: Carrier) -> None:
    api.then(reply(NOT_FOUND, 404))
    assert carrier.call(CALL) is None


def own_number(e164: str) -> dict[str, object]:
    return {
        "sid": "PN" + "4" * 32,
        "phone_number": e164,
        "voice_url": "https://hotline.example/voice/incoming",
        "voice_fallback_url": "",
        "status_callback": "https://hotline.example/voice/status",
        "sms_url": None,
        "capabilities": {"voice": True, "SMS": False, "mms": False},
    }


def test_our_number_is_found_in_full_and_not_in_part(api: FakeApi, carrier: Carrier) -> None:
    api.then(page("incoming_phone_numbers", [own_number(LINE + "0"), own_number(LINE)]))
    assert carrier.own_number(LINE) == OwnNumber(
        sid="PN" + "4" * 32,
        e164=LINE,
        voice_url="https://hotline.example/voice/incoming",
        voice_fallback_url="",
        status_callback="https://hotline.example/voice/status",
        sms_url="",
        sms_capable=False,
    )
    assert api.asked[0].query["PhoneNumber"] == [LINE]


def test_a_number_that_is_not_ours_is_none(api: FakeApi, carrier: Carrier) -> None:
    api.then(page("incoming_phone_numbers", []))
    assert carrier.own_number(LINE) is None


def test_threads_that_share_a_carrier_get_their_own_answers(api: FakeApi, carrier: Carrier) -> None:
    def echo(asked: Asked) -> Reply:
        return reply(text(int(asked.form["Body"][0]), NOON), 201)

    api.then(*[echo] * 60)
    with ThreadPoolExecutor(6) as threads:
        sent = list(threads.map(lambda number: send(carrier, str(number)).sid, range(60)))
    assert sent == [f"SM{number:032x}" for number in range(60)]


def test_environment_variables_of_the_library_and_proxies_do_not_lead_elsewhere(
    api: FakeApi, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TWILIO_REGION", "TWILIO_EDGE"):
        monkeypatch.setenv(name, "ie1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    api.then(reply(text(7, NOON), 201))
    send(carrier)
    assert len(api.asked) == 1


def test_hearing_webhooks_does_not_load_the_carriers_client() -> None:
    modules = "base, errors, signature, sids, statuses, twilio, webhooks"
    program = (
        f"from hotline.telephony import {modules}\n"
        "import sys\n"
        "print('requests' in sys.modules, 'twilio' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def call(number: int, started_at: datetime, **changes: object) -> dict[str, object]:
    return {
        "sid": f"CA{number:032x}",
        "status": "completed",
        "duration": "31",
        "start_time": format_datetime(started_at),
        "end_time": format_datetime(started_at + timedelta(seconds=31)),
        "from": VOLUNTEER,
        "to": LINE,
        "direction": "inbound",
        "parent_call_sid": None,
        "forwarded_from": None,
        **changes,
    }


def test_the_calls_of_a_day_are_read_page_after_page(api: FakeApi, carrier: Carrier) -> None:
    following = f"{ROOT}/Calls.json?PageSize=500&Page=1&PageToken=PACA1"
    api.then(
        page("calls", [call(2, NOON, forwarded_from="+33639980199")], following),
        page("calls", [call(1, NOON - timedelta(hours=1))]),
    )
    found = list(carrier.calls_on(NOON.date(), LINE))
    assert [(one.sid, one.forwarded_from) for one in found] == [
        (f"CA{2:032x}", "+33639980199"),
        (f"CA{1:032x}", None),
    ]
    first, second = api.asked
    assert first.query == {"To": [LINE], "StartTime": ["2026-11-21"], "PageSize": ["500"]}
    assert second.query["PageToken"] == ["PACA1"]


def test_a_list_that_breaks_off_is_an_error_after_what_was_read(api: FakeApi, carrier: Carrier) -> None:
    following = f"{ROOT}/Messages.json?Page=1"
    api.then(page("messages", [text(1, NOON)], following), reply({"code": 20429}, 429, Retry_After="7"))
    listed = carrier.texts_on(NOON.date())
    assert next(listed).body == "texte 1"
    with pytest.raises(TelephonyError) as refused:
        next(listed)
    assert (refused.value.code, refused.value.retry_after) == (20429, 7)
    assert api.asked[0].query == {"DateSent": ["2026-11-21"], "PageSize": ["500"]}


def test_the_recordings_of_a_day_are_asked_by_their_beginning(api: FakeApi, carrier: Carrier) -> None:
    api.then(page("recordings", []))
    assert list(carrier.recordings_on(NOON.date())) == []
    assert api.asked[0].query == {"DateCreated": ["2026-11-21"], "PageSize": ["500"]}


def test_calls_that_we_placed_are_found_oldest_first_and_without_second_legs(
    api: FakeApi, carrier: Carrier
) -> None:
    ours = {"direction": "outbound-api", "from": LINE, "to": VOLUNTEER}
    api.then(
        page(
            "calls",
            [
                call(4, NOON, **ours),
                call(3, NOON, **{**ours, "direction": "outbound-dial", "parent_call_sid": CALL}),
                call(2, NOON - timedelta(minutes=1), **ours),
                call(1, NOON - timedelta(hours=2), **ours),
            ],
        )
    )
    found = carrier.calls_to(VOLUNTEER, NOON - timedelta(minutes=5))
    assert [one.sid for one in found] == [f"CA{2:032x}", f"CA{4:032x}"]
    assert api.asked[0].query["StartTime>"] == ["2026-11-21"]
