"""The carrier's signature over a webhook, checked by hand (carrier reference §2)."""

import base64
import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_DEFAULT_PORTS = {"https": "443", "http": "80"}


@dataclass(frozen=True)
class Signatures:
    """The secrets that may sign webhooks: account tokens (two while rotating) and shared keys by id."""

    tokens: Sequence[str] = field(repr=False)
    shared_keys: Mapping[str, str] = field(repr=False)

    def accepts(
        self,
        url: str,
        form: Iterable[tuple[str, str]],
        header: str | None,
        settings_header: str | None,
    ) -> bool:
        """Tell whether one of our secrets signed this request; anything odd is refused, nothing is raised.

        `url` is the public address with its raw query; `form` the decoded pairs of a form POST, repeated
        names included, empty for a GET.
        """
        secrets, digest = self._secrets(settings_header)
        if not header or not secrets:
            return False
        try:
            text = _form_text(form)
            signed = [(address + text).encode() for address in _addresses(url)]
            given = header.encode()
            keys = [secret.encode() for secret in secrets]
        except UnicodeEncodeError:
            return False
        return any(hmac.compare_digest(_sign(key, each, digest), given) for key in keys for each in signed)

    def _secrets(self, settings_header: str | None) -> tuple[list[str], str]:
        """Return the secrets to try and the digest: tokens with SHA-1 unless the header says otherwise."""
        if not settings_header:
            return [token for token in self.tokens if token], "sha1"
        settings = {
            name.strip(): value.strip()
            for name, _, value in (part.partition("=") for part in settings_header.split(","))
        }
        secret = self.shared_keys.get(settings.get("key", ""))
        return [secret] if secret and settings.get("algorithm") == "HMAC_SHA256" else [], "sha256"


def _sign(key: bytes, signed: bytes, digest: str) -> bytes:
    return base64.b64encode(hmac.digest(key, signed, digest))


def _form_text(form: Iterable[tuple[str, str]]) -> str:
    """Join names and values: names sorted, and for a repeated name its distinct values sorted."""
    return "".join(name + value for name, value in sorted(set(form)))


def _addresses(url: str) -> Iterator[str]:
    """Yield the spellings that may have been signed: without port, with the one given or the default one.

    It drops the port for voice over HTTPS and keeps it elsewhere; fragment and user are never signed.
    """
    scheme, separator, rest = url.partition("#")[0].partition("://")
    start = min((i for i in (rest.find("/"), rest.find("?")) if i >= 0), default=len(rest))
    authority, tail = rest[:start].rpartition("@")[2], rest[start:]
    host, colon, port = authority.rpartition(":")
    if not colon or not port.isdigit():
        host, port = authority, _DEFAULT_PORTS.get(scheme, "")
    yield f"{scheme}{separator}{host}{tail}"
    if port:
        yield f"{scheme}{separator}{host}:{port}{tail}"
