"""Reads what the product answers: type, size, XML, then the grammar (carrier reference §1 and §4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from lxml import etree

from hotline.rehearsal.signals import Answer
from hotline.rehearsal.webhook import LARGEST_BODY

XML_TYPES = {"text/xml", "application/xml", "text/html"}
ENDS_ALWAYS = {"Redirect", "Hangup", "Reject", "Record", "Leave"}
TOO_LARGE, NOT_XML, WRONG_TYPE, NOT_IN_GRAMMAR = 11750, 12100, 12300, 12200


@dataclass(frozen=True)
class Verb:
    """One element of a document: its name, attributes, nested elements, and all the text within."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: tuple[Verb, ...] = ()
    text: str = ""

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute, `default` when it is not there."""
        return self.attributes.get(name, default)

    def seconds(self, name: str, default: float) -> float:
        """Return an attribute that counts, `default` when it is absent or no number."""
        try:
            return float(self.attributes[name])
        except (KeyError, ValueError):
            return default


@dataclass(frozen=True)
class Document:
    """A document that can be run; `faults` are warnings that do not stop it."""

    url: str
    verbs: tuple[Verb, ...]
    faults: tuple[str, ...] = ()


class UnreadableError(Exception):
    """The answer is no document: `code` is the carrier's error number."""

    def __init__(self, code: int, says: str) -> None:
        super().__init__(says)
        self.code = code
        self.says = says


def read(answer: Answer, grammar: str = "voice") -> Document:
    """Turn an answer into a document; UnreadableError when the carrier could not."""
    if answer.error:
        raise UnreadableError(answer.error, f"pas de réponse utilisable (statut {answer.status})")
    if len(answer.body) > LARGEST_BODY:
        raise UnreadableError(TOO_LARGE, f"document de {len(answer.body)} octets")
    kind = answer.content_type.split(";")[0].strip().lower()
    if kind.startswith("audio/"):
        return Document(answer.url, (Verb("Play", text=answer.url),))
    if kind == "text/plain":
        return _plain(answer, grammar)
    if kind not in XML_TYPES and not (grammar == "messaging" and answer.status == 204):
        raise UnreadableError(WRONG_TYPE, f"type de contenu {kind or 'absent'}")
    if not answer.body and grammar == "messaging":
        return Document(answer.url, ())
    return parse(answer.body, answer.url, grammar)


def parse(text: bytes, url: str, grammar: str = "voice") -> Document:
    """Parse a document and check it against the carrier's grammar; UnreadableError when it is no XML."""
    try:
        root = etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as fault:
        raise UnreadableError(NOT_XML, f"XML illisible : {fault}") from fault
    if root.tag != "Response":
        raise UnreadableError(NOT_XML, f"racine <{root.tag}> au lieu de <Response>")
    verbs = tuple(_verbs(root))
    return Document(url, verbs, (*_grammar_faults(root, grammar), *_unreachable(verbs)))


def _plain(answer: Answer, grammar: str) -> Document:
    try:
        return parse(answer.body, answer.url, grammar)
    except UnreadableError:
        text = answer.body.decode("utf-8", "replace")
        name = "Message" if grammar == "messaging" else "Say"
        return Document(answer.url, (Verb(name, text=text),))


def _verbs(element: Any) -> Iterator[Verb]:
    for child in element:
        if isinstance(child.tag, str):
            breath = " " if child.tag == "Say" else ""
            text = breath.join(child.itertext()).strip()
            yield Verb(child.tag, dict(child.attrib), tuple(_verbs(child)), text)


def _grammar_faults(root: Any, grammar: str) -> Iterator[str]:
    schema = _schema(grammar)
    if not schema.validate(root):
        yield from (f"ligne {fault.line} : {fault.message}" for fault in schema.error_log)


def _unreachable(verbs: tuple[Verb, ...]) -> Iterator[str]:
    for verb, following in pairwise(verbs):
        ends = verb.name in ENDS_ALWAYS or (verb.name in {"Dial", "Enqueue"} and "action" in verb.attributes)
        if ends:
            yield f"<{following.name}> n'est jamais atteint après <{verb.name}>"
            return


@lru_cache(maxsize=2)
def _schema(grammar: str) -> Any:
    path = files("hotline.rehearsal") / "protocol" / f"twiml_{grammar}.generated.xsd"
    return etree.XMLSchema(etree.fromstring(path.read_bytes()))
