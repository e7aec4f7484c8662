"""A telephone number in somebody's own words: proposed to a coordinator, never trusted."""

from collections.abc import Collection

from phonenumbers import Leniency, PhoneNumberMatcher

from hotline import phone
from hotline.phone import InvalidNumber, PhoneNumber, dialable

_LOOKED_AT = 10_000
_TRIES = 50


def proposed(text: str, countries: Collection[str], ours: Collection[str]) -> PhoneNumber | None:
    """Return the first number in a text that may be dialled and is not `ours`; None when there is none."""
    found = PhoneNumberMatcher(text[:_LOOKED_AT], "FR", leniency=Leniency.POSSIBLE, max_tries=_TRIES)
    for match in found:
        try:
            number = phone.parse(match.raw_string)
        except InvalidNumber:
            continue
        if number.e164 not in ours and dialable(number, countries):
            return number
    return None
