"""The document that takes messages when the line is dead: is it there, and does it do so?"""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import requests
from lxml import etree

_TIMEOUT: Final = 5
_LARGEST: Final = 64 * 1024
_TYPES: Final = frozenset({"text/xml", "application/xml", "text/html"})
_METHODS: Final = ("POST", "GET")


@dataclass(frozen=True)
class Document:
    """How the carrier must ask for the document, and what is wrong with it, empty when it will do."""

    method: str
    fault: str = ""


def fetched(url: str) -> Document:
    """Ask for the document as the carrier would; where no form is taken it is asked for without one."""
    fault = ""
    for method in _METHODS:
        try:
            answer = _asked(method, url)
        except requests.RequestException as error:
            return Document(method, _unreachable(error))
        with answer:
            if answer.ok:
                return Document(method, _reads(answer))
            fault = fault or f"répond {answer.status_code}"
    return Document(_METHODS[-1], fault)


def _asked(method: str, url: str) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = not _is_here(urlsplit(url).hostname or "")
        session.max_redirects = 10
        return session.request(method, url, timeout=_TIMEOUT, stream=True)


def _reads(answer: requests.Response) -> str:
    """Return what keeps an answer from being a document that takes a message."""
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in _TYPES:
        return f"est servi comme « {kind or 'rien'} » : il faut text/xml"
    written = next(answer.iter_content(_LARGEST + 1), b"")
    if len(written) > _LARGEST:
        return "dépasse 64 ko"
    try:
        root = etree.fromstring(written, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return "n'est pas du TwiML : ce n'est pas du XML"
    if root.tag != "Response":
        return "n'est pas du TwiML : il ne commence pas par <Response>"
    if root.find(".//Record") is None:
        return "ne prend pas de message : il n'a pas de <Record>"
    return ""


def _unreachable(error: requests.RequestException) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "n'a pas de certificat valable"
    if isinstance(error, requests.TooManyRedirects):
        return "renvoie d'adresse en adresse"
    return "ne répond pas"


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
