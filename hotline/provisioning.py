"""What each of our numbers must be told at the carrier, and how that differs from what it is told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hotline.bootstrap import Hotline
from hotline.services.line import Line
from hotline.telephony.base import OwnNumber
from hotline.telephony.overrides import OVERRIDES

POST = "POST"
ADDRESSES = {
    "voice_url": "appel entrant",
    "voice_fallback_url": "secours",
    "status_callback": "état des appels",
    "sms_url": "SMS entrant",
}
METHODS = {
    "voice_method": "appel entrant, méthode",
    "voice_fallback_method": "secours, méthode",
    "status_callback_method": "état des appels, méthode",
    "sms_method": "SMS entrant, méthode",
}
STANDS_BEFORE = {
    "trunk_sid": "trunk SIP, qui prend les appels à notre place",
    "voice_application_sid": "application, qui prend les appels à notre place",
    "sms_application_sid": "application, qui prend les SMS à notre place",
}
_SETTINGS = ADDRESSES | METHODS | STANDS_BEFORE


@dataclass(frozen=True)
class Change:
    """One setting of a number: its name at the carrier and in French, what it is and what it must be."""

    setting: str
    name: str
    before: str
    after: str


def numbers(line: Line) -> Sequence[str]:
    """Return every number of the association that people may call or text, the main one first."""
    senders = [each.sender for each in line.each if not each.one_way]
    return list(dict.fromkeys([*(each.number for each in line.each), *senders]))


def changes(hotline: Hotline, number: OwnNumber, *, fallback_method: str = POST) -> Iterator[Change]:
    """Yield what is to be set on a number; nothing about texts where it carries none."""
    for setting, after in _wanted(hotline, fallback_method).items():
        before = str(getattr(number, setting))
        if before != after and (number.sms_capable or not setting.startswith("sms_")):
            yield Change(setting, _SETTINGS[setting], before, after)


def misleading(change: Change) -> bool:
    """Tell whether a difference keeps calls or texts away from us: impatience alone does not."""
    return change.before.partition("#")[0] != change.after.partition("#")[0]


def _wanted(hotline: Hotline, fallback_method: str) -> dict[str, str]:
    """Return every setting that matters; each address is asked patiently before the fallback is."""
    fallback = hotline.settings.environment.fallback_url or hotline.address("/voice/fallback")
    return {
        "trunk_sid": "",
        "voice_application_sid": "",
        "sms_application_sid": "",
        "voice_url": hotline.address("/voice/incoming") + OVERRIDES,
        "voice_method": POST,
        "voice_fallback_url": fallback + OVERRIDES,
        "voice_fallback_method": fallback_method,
        "status_callback": hotline.address("/voice/status") + OVERRIDES,
        "status_callback_method": POST,
        "sms_url": hotline.address("/sms/incoming") + OVERRIDES,
        "sms_method": POST,
    }
