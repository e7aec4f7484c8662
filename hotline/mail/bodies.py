"""The parts of a mail: what it says as plain text, and what came along, whose content is never kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from html import unescape
from typing import Final

from inscriptis import Inscriptis
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig
from lxml import etree, html

from hotline.mail import headers

LONGEST_TEXT: Final = 100_000
_LONGEST_HTML: Final = 200_000
_MOST_ATTACHMENTS: Final = 100
_UNNAMED: Final = "sans nom"
_TAG: Final = re.compile(r"<[^<>]*>")
_GAPS: Final = re.compile(r"\n{4,}")

Attachment = dict[str, str | int]
"""Name, type and size in bytes: {"name": "photo.jpg", "type": "image/jpeg", "size": 182000}."""


@dataclass(frozen=True)
class Said:
    """What a mail says; `cut` when it was longer than we keep, `guessed` when its alphabet was not known."""

    text: str = field(repr=False)
    attachments: tuple[Attachment, ...] = field(repr=False)
    cut: bool = False
    guessed: bool = False


def said(message: Message) -> Said:
    """Return what a mail says: its plain text, or its HTML as text where there is no other."""
    plain, formatted, attachments = [], [], []
    for part in _leaves(message):
        if not _is_words(part):
            attachments.append(part)
        elif part.get_content_type() == "text/html":
            formatted.append(part)
        else:
            plain.append(part)
    text, known = _words(plain)
    if not text.strip() and formatted:
        markup, known = _words(formatted)
        text = from_html(markup)
    return Said(
        text=text[:LONGEST_TEXT],
        attachments=tuple(_described(part) for part in attachments[:_MOST_ATTACHMENTS]),
        cut=len(text) > LONGEST_TEXT or len(attachments) > _MOST_ATTACHMENTS,
        guessed=not known,
    )


def from_html(markup: str) -> str:
    """Return HTML as text, with no tag left, without following or running anything."""
    try:
        tree = html.document_fromstring(markup[:_LONGEST_HTML].encode("utf-8"), parser=_parser())
        for element in tree.iter(etree.Element):
            element.attrib.clear()  # a style may ask for a million spaces
        text = Inscriptis(tree, ParserConfig(css=CSS_PROFILES["strict"])).get_text()
    except (etree.LxmlError, ValueError, RecursionError, IndexError, AttributeError):
        text = ""
    if not text.strip():
        text = " ".join(unescape(_TAG.sub(" ", markup[:_LONGEST_HTML])).split())
    lines = headers.clean(text[: 2 * LONGEST_TEXT]).split("\n")
    return _GAPS.sub("\n\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n")


def _parser() -> html.HTMLParser:
    return html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)


def _leaves(message: Message) -> Iterator[Message]:
    """Every part that holds no others, in order; a mail within the mail is one part."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            waiting.extend(reversed([inner for inner in part.get_payload() if isinstance(inner, Message)]))
        else:
            yield part


def _is_words(part: Message) -> bool:
    if part.is_multipart() or part.get_content_disposition() == "attachment" or part.get_filename():
        return False
    return (
        part.get_content_type() in {"text/plain", "text/html"} or part.get_content_maintype() == "multipart"
    )


def _words(parts: list[Message]) -> tuple[str, bool]:
    """Return the parts as one text, and whether the alphabet of each was known."""
    texts = [headers.decoded(_content(part), part.get_content_charset()) for part in parts]
    whole = "\n\n".join(text.replace("\r\n", "\n").replace("\r", "\n").strip("\n") for text, _known in texts)
    return whole, all(known for _text, known in texts)


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _described(part: Message) -> Attachment:
    name = headers.unencoded(part.get_filename() or "")[:120]
    return {"name": name or _UNNAMED, "type": part.get_content_type()[:80], "size": _size(part)}


def _size(part: Message) -> int:
    """The bytes of an attachment, reckoned from how long it is in the mail: it is never unpacked."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return sum(_size(inner) for inner in payload if isinstance(inner, Message))
    length = len(payload) - payload.count("\n") if isinstance(payload, str) else 0
    encoded = headers.text(part, "content-transfer-encoding").lower() == "base64"
    return length * 3 // 4 if encoded else length
