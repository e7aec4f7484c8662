"""Our own mail address, and the addresses that stand for one relationship: `nom+jeton@exemple.fr`."""

import re

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_TOKEN = re.compile(r"[0-9a-z]{8,40}")


def is_address(text: str) -> bool:
    """Tell whether a text is one plain address that any server takes: ASCII, nothing quoted, no line end."""
    return len(text) <= 254 and text.isascii() and _ADDRESS.fullmatch(text) is not None


def with_token(own: str, token: str) -> str:
    """Return our address with a token in it."""
    local, _, domain = own.rpartition("@")
    return f"{local}+{token}@{domain}"


def token_in(own: str, address: str) -> str | None:
    """Return the token of an address made by `with_token`, lower case; None for any other address."""
    local, _, domain = own.lower().rpartition("@")
    there, _, where = address.strip().lower().rpartition("@")
    name, _, token = there.rpartition("+")
    if where != domain or name != local or not _TOKEN.fullmatch(token):
        return None
    return token
