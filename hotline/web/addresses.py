"""The addresses that the carrier is told to call."""

from urllib.parse import urlencode

from hotline.bootstrap import Hotline
from hotline.telephony.overrides import OVERRIDES


def webhook(hotline: Hotline, path: str, **query: object) -> str:
    """Return the absolute address of a webhook, with the carrier's connection overrides."""
    asked = f"?{urlencode(query)}" if query else ""
    return f"{hotline.settings.public_url}{path}{asked}{OVERRIDES}"
