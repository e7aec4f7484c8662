"""Signs a webhook request the way the carrier does, from the published algorithm (carrier reference §2).

Never uses the carrier's own library, so that the product's check and this one check each other.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

Pairs = Iterable[tuple[str, str]]


def signed_url(url: str, *, drop_port: bool = False) -> str:
    """Return the URL as it is signed: no fragment, no user information, no port when `drop_port`."""
    parts = urlsplit(url)
    host = parts.netloc.rsplit("@", 1)[-1]
    if drop_port and host.rsplit("]", 1)[-1].count(":"):
        host = host[: host.rindex(":")]
    return urlunsplit((parts.scheme, host, parts.path, parts.query, ""))


def form_text(pairs: Pairs) -> str:
    """Return names and values joined as they are signed: by name, each distinct value once."""
    by_name: dict[str, set[str]] = {}
    for name, value in pairs:
        by_name.setdefault(name, set()).add(value)
    return "".join(name + value for name in sorted(by_name) for value in sorted(by_name[name]))


def sign(key: str, url: str, pairs: Pairs = (), *, digest: str = "sha1") -> str:
    """Return the base64 HMAC of `url` and the decoded form `pairs`; `pairs` stays empty for GET."""
    mac = hmac.new(key.encode(), (url + form_text(pairs)).encode(), digest)
    return base64.b64encode(mac.digest()).decode()


def body_url(url: str, raw_body: bytes) -> str:
    """Return the URL of a JSON request: it carries the hash of its body."""
    separator = "&" if urlsplit(url).query else "?"
    return f"{url}{separator}bodySHA256={hashlib.sha256(raw_body).hexdigest()}"
