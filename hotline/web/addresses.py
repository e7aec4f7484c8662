"""The addresses that the carrier is told to call."""

from urllib.parse import urlencode

from hotline.bootstrap import Hotline

# Two retries when connecting fails, stalls or ends in a 5xx, inside the carrier's 15 s (reference §1).
OVERRIDES = "#rc=2&rp=ct,rt,5xx&ct=2000&rt=5000&tt=14000"


def webhook(hotline: Hotline, path: str, **query: object) -> str:
    """Return the absolute address of a webhook, with the carrier's connection overrides."""
    asked = f"?{urlencode(query)}" if query else ""
    return f"{hotline.settings.public_url}{path}{asked}{OVERRIDES}"
