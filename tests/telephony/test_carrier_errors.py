"""Every way in which the carrier fails, sorted into: never again, again, and look first."""

import json
import socket
from collections.abc import Iterator

import pytest
import requests
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
)

from hotline.telephony.base import TelephonyError
from hotline.telephony.errors import ADVICE, NO_TEXTS, OPTED_OUT, advice_for
from hotline.telephony.twilio import TwilioCarrier
from hotline.telephony.wire import broken

from .fake_api import DROP, SILENCE, FakeApi, Reply, reply

ACCOUNT = "AC0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"
CALL = "CA" + "1" * 32


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with FakeApi() as api:
        yield api


@pytest.fixture
def carrier(api: FakeApi) -> TwilioCarrier:
    return TwilioCarrier(ACCOUNT, "token", base_url=api.url, timeout=0.5)


def send(carrier: TwilioCarrier) -> None:
    carrier.send_text(
        to="+33639980001",
        sender="+33199000100",
        body="Bonjour",
        on_receipt="https://hotline.example/sms/status",
        valid_for=None,
    )


def failure_of_sending(carrier: TwilioCarrier) -> TelephonyError:
    with pytest.raises(TelephonyError) as caught:
        send(carrier)
    return caught.value


def failure_of_ringing(carrier: TwilioCarrier) -> TelephonyError:
    address = "https://hotline.example/voice/tap"
    with pytest.raises(TelephonyError) as caught:
        carrier.place_call(
            to="+33639980101",
            sender="+33199000100",
            seconds=30,
            on_answer=address,
            on_status=address,
            on_fault=address,
        )
    return caught.value


def refusal(code: int, status: int = 400, **headers: str) -> Reply:
    message = f"The 'To' number +33639980001 is not a thing ({code})."
    return reply({"code": code, "message": message, "more_info": "", "status": status}, status, **headers)


@pytest.mark.parametrize("code", sorted(ADVICE))
def test_every_documented_error_has_its_number_its_sentence_and_no_telephone_number(
    api: FakeApi, carrier: TwilioCarrier, code: int
) -> None:
    api.then(refusal(code))
    error = failure_of_sending(carrier)
    assert error.code == code
    assert error.permanent == ADVICE[code].permanent
    assert not error.uncertain
    assert str(error) == ADVICE[code].says
    assert "+33" not in str(error)


@pytest.mark.parametrize(
    "code", [21211, 21212, 21408, 21606, OPTED_OUT, 21612, 21614, 21617, 30004, 30005, 30006, 30007, 30034]
)
def test_what_will_fail_again_is_permanent(code: int) -> None:
    assert advice_for(code).permanent


@pytest.mark.parametrize("code", [20003, 20429, 20500, 20503, 21611, 30001, 30002, 30003, 30008, 63038])
def test_what_may_work_later_is_not_permanent(code: int) -> None:
    assert not advice_for(code).permanent


def test_numbers_that_take_no_texts_are_told_apart() -> None:
    assert all("appelez la personne" in ADVICE[code].says for code in NO_TEXTS)


def test_an_unknown_refusal_is_permanent_and_shows_its_number(api: FakeApi, carrier: TwilioCarrier) -> None:
    api.then(refusal(29999))
    error = failure_of_sending(carrier)
    assert (error.code, error.permanent, error.uncertain) == (29999, True, False)
    assert "29999" in str(error)


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("0.5", 0.5), ("-3", None), ("nan", None), ("Sat, 21 Nov 2026", None)]
)
def test_too_many_requests_wait_as_long_as_the_carrier_asks(
    api: FakeApi, carrier: TwilioCarrier, header: str, seconds: float | None
) -> None:
    api.then(refusal(20429, 429, Retry_After=header))
    error = failure_of_sending(carrier)
    assert (error.code, error.permanent, error.uncertain) == (20429, False, False)
    assert error.retry_after == seconds


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_a_failure_of_the_carrier_while_sending_leaves_a_doubt(
    api: FakeApi, carrier: TwilioCarrier, status: int
) -> None:
    api.then(reply(b"<html>oops</html>", status, Retry_After="30"))
    error = failure_of_sending(carrier)
    assert (error.permanent, error.uncertain, error.retry_after) == (False, True, 30.0)


@pytest.mark.parametrize("rule", [DROP, reply({}, 500), reply({}, 503), reply({"sid": None}, 201)])
def test_a_telephone_that_may_be_ringing_leaves_a_doubt(
    api: FakeApi, carrier: TwilioCarrier, rule: Reply | str
) -> None:
    api.then(rule)
    assert failure_of_ringing(carrier).uncertain
    assert len(api.asked) == 1


@pytest.mark.parametrize(
    ("code", "says"), [(21210, "HOTLINE_NUMBER"), (21205, "HOTLINE_PUBLIC_URL"), (21217, "fiche")]
)
def test_a_telephone_that_cannot_be_rung_is_refused_with_the_reason(
    api: FakeApi, carrier: TwilioCarrier, code: int, says: str
) -> None:
    api.then(refusal(code))
    error = failure_of_ringing(carrier)
    assert (error.permanent, error.uncertain, error.code) == (True, False, code)
    assert says in str(error)


def test_a_failure_of_the_carrier_while_reading_leaves_no_doubt(api: FakeApi, carrier: TwilioCarrier) -> None:
    api.then(refusal(20500, 500))
    with pytest.raises(TelephonyError) as caught:
        carrier.call(CALL)
    assert (caught.value.permanent, caught.value.uncertain) == (False, False)


@pytest.mark.parametrize("mishap", [DROP, SILENCE])
def test_a_text_whose_answer_was_lost_is_in_doubt_and_not_sent_again(
    api: FakeApi, carrier: TwilioCarrier, mishap: str
) -> None:
    api.then(mishap)
    error = failure_of_sending(carrier)
    assert (error.permanent, error.uncertain) == (False, True)
    assert len(api.asked) == 1


def test_an_answer_cut_off_in_the_middle_leaves_a_doubt(api: FakeApi, carrier: TwilioCarrier) -> None:
    api.then(reply({"sid": "SM"}, 201, Content_Length="5000"))
    assert failure_of_sending(carrier).uncertain


@pytest.mark.parametrize("nonsense", [b"<html>welcome</html>", b"[]", b"{}", b'{"sid": null}', b"\xff"])
def test_a_success_that_cannot_be_read_leaves_a_doubt(
    api: FakeApi, carrier: TwilioCarrier, nonsense: bytes
) -> None:
    api.then(reply(nonsense, 201))
    error = failure_of_sending(carrier)
    assert (error.permanent, error.uncertain) == (False, True)


@pytest.mark.parametrize(
    "nonsense",
    [{}, {"messages": [{"sid": "SM"}]}, {"messages": 3}, {"messages": ["x"]}, {"messages": [], "calls": []}],
)
def test_a_list_that_cannot_be_read_is_an_error_like_any_other(
    api: FakeApi, carrier: TwilioCarrier, nonsense: object
) -> None:
    api.then(reply(json.dumps(nonsense).encode()))
    with pytest.raises(TelephonyError) as caught:
        carrier.recordings_of(CALL)
    assert (caught.value.permanent, caught.value.uncertain) == (False, False)


def test_a_closed_port_means_that_nothing_was_sent() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        carrier = TwilioCarrier(ACCOUNT, "token", base_url=f"http://127.0.0.1:{closed.getsockname()[1]}")
        error = failure_of_sending(carrier)
    assert (error.permanent, error.uncertain) == (False, False)


def never_left(reason: HTTPError) -> requests.ConnectionError:
    return requests.ConnectionError(MaxRetryError(HTTPConnectionPool("127.0.0.1"), "/", reason))


POOL = HTTPConnectionPool("127.0.0.1")
LINK = HTTPConnection("127.0.0.1")


@pytest.mark.parametrize(
    ("mishap", "doubt"),
    [
        (requests.ConnectTimeout(), False),
        (never_left(NewConnectionError(LINK, "refused")), False),
        (never_left(NameResolutionError("nowhere.invalid", LINK, socket.gaierror())), False),
        (never_left(ConnectTimeoutError("slow")), False),
        (never_left(ProxyError("no proxy", OSError())), False),
        (requests.ReadTimeout(), True),
        (requests.ConnectionError(ReadTimeoutError(POOL, "/", "slow")), True),
        (requests.ConnectionError(ProtocolError("aborted", ConnectionResetError())), True),
        (requests.exceptions.ChunkedEncodingError(), True),
        (requests.exceptions.ContentDecodingError(), True),
    ],
)
def test_only_what_certainly_never_left_is_without_doubt(
    mishap: requests.RequestException, doubt: bool
) -> None:
    writing, reading = broken(mishap, writing=True), broken(mishap, writing=False)
    assert (writing.permanent, writing.uncertain) == (False, doubt)
    assert (reading.permanent, reading.uncertain) == (False, False)


def test_an_address_that_is_none_is_never_tried_again() -> None:
    error = failure_of_sending(TwilioCarrier(ACCOUNT, "token", base_url="gopher://127.0.0.1"))
    assert (error.permanent, error.uncertain) == (True, False)


def test_wrong_credentials_are_said_in_words_and_cost_no_text(api: FakeApi, carrier: TwilioCarrier) -> None:
    api.then(refusal(20003, 401))
    error = failure_of_sending(carrier)
    assert (error.code, error.permanent) == (20003, False)
    assert "TWILIO_AUTH_TOKEN" in str(error)


def test_a_redirect_is_not_followed_with_our_credentials(api: FakeApi, carrier: TwilioCarrier) -> None:
    with FakeApi() as stranger:
        api.then(reply(b"", 307, Location=f"{stranger.url}/steal"), reply(b"", 302, Location=stranger.url))
        assert not failure_of_sending(carrier).uncertain
        with pytest.raises(TelephonyError):
            carrier.audio("RE" + "1" * 32)
        assert stranger.asked == []
