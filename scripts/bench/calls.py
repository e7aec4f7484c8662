"""Calls to send: signed as the carrier does, each with its own CallSid, seven in ten from known callers."""

from itertools import count
from urllib.parse import urlencode

from hotline.rehearsal.protocol.sign import sign

LINE = "+33199000100"
PUBLIC_URL = "https://ligne.exemple.fr"
PATH = "/voice/incoming"
ACCOUNT = "AC" + "0" * 32
TOKEN = "a token for the bench only"
KNOWN = tuple(f"+3319900{number}" for number in range(1000, 1100))
LISTENERS = ("+33199000301", "+33199000302")
_STRANGERS = ("+3363998", "+3335301", "+3346571")
_OF_TEN_KNOWN = 7


class Calls:
    """An endless supply of calls; all numbers are from the ranges kept for fiction."""

    def __init__(self, token: str = TOKEN) -> None:
        self._token = token
        self._numbers = count(1)

    def take(self, many: int) -> list[str]:
        """Return the next requests, ready to be sent."""
        return [self._request(number) for number, _ in zip(self._numbers, range(many), strict=False)]

    def _request(self, number: int) -> str:
        form = call_form(number)
        body = urlencode(form)
        lines = [
            f"POST {PATH} HTTP/1.1",
            "Host: ligne.exemple.fr",
            "User-Agent: TwilioProxy/1.1",
            "Content-Type: application/x-www-form-urlencoded; charset=UTF-8",
            f"Content-Length: {len(body)}",
            f"X-Twilio-Signature: {sign(self._token, PUBLIC_URL + PATH, form.items())}",
        ]
        return "\r\n".join(lines) + "\r\n\r\n" + body


def call_form(number: int) -> dict[str, str]:
    """Return what the carrier says of one call."""
    caller = _caller(number)
    return {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "CallSid": f"CA{number:032x}",
        "CallStatus": "ringing",
        "CallToken": "%7B%22parentCallInfoToken%22%3A%22" + "0" * 200,
        "Called": LINE,
        "CalledCountry": "FR",
        "Caller": caller,
        "CallerCountry": "FR",
        "Direction": "inbound",
        "From": caller,
        "FromCountry": "FR",
        "To": LINE,
        "ToCountry": "FR",
    }


def _caller(number: int) -> str:
    """Return a known caller's number, or, three times in ten, one that has never called."""
    rounds, place = divmod(number, 10)
    if place < _OF_TEN_KNOWN:
        return KNOWN[(rounds * _OF_TEN_KNOWN + place) % len(KNOWN)]
    fresh = rounds * (10 - _OF_TEN_KNOWN) + place - _OF_TEN_KNOWN
    return f"{_STRANGERS[fresh // 10_000]}{fresh % 10_000:04}"
