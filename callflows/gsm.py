"""Short messages in the carriers' own alphabet (GSM 03.38): one "ç" more than halves the room of a text."""

import re
import unicodedata
from dataclasses import dataclass

import smsutil
from smsutil.codecs import GSM_CHARSET

_ESCAPE = "\x1b"
_ALPHABET = frozenset(GSM_CHARSET) - {_ESCAPE}
_LOOK_ALIKE = str.maketrans(
    {
        "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "′": "'", "‚": ",",
        "“": '"', "”": '"', "„": '"', "″": '"', "«": '"', "»": '"', "‹": '"', "›": '"',
        "–": "-", "—": "-", "‐": "-", "‑": "-", "‒": "-", "−": "-", "•": "-", "·": "-",
        "…": "...", "œ": "oe", "Œ": "OE", "×": "x", "⁄": "/", "°": "o", "\t": " ", "\r": "",
        "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ð": "d", "þ": "th", "Þ": "Th",
    }
)  # fmt: skip
_INSIDE_GUILLEMETS = re.compile(r"(?<=«)\s+|\s+(?=»)")


@dataclass(frozen=True)
class Segments:
    """How a text travels: "GSM-7" septets or "UCS-2" units, in how many billed parts."""

    encoding: str
    units: int
    count: int


def plain(text: str) -> str:
    """The text in GSM-7 alone: accents outside the alphabet go, emoji too, an unknown letter becomes "?"."""
    composed = unicodedata.normalize("NFC", _INSIDE_GUILLEMETS.sub("", text)).translate(_LOOK_ALIKE)
    written = "".join(char if char in _ALPHABET else _nearest(char) for char in composed)
    return re.sub(" {2,}", " ", written).strip(" ")


def segments(text: str) -> Segments:
    """What the carrier will bill (reference §6: 160/153 septets, 70/67 units)."""
    if not text:
        return Segments("GSM-7", 0, 0)
    if set(text) <= _ALPHABET:
        split = smsutil.split(text)
        return Segments("GSM-7", split.total_bytes, len(split.parts))
    split = smsutil.unicode_split(text)
    return Segments("UCS-2", split.total_bytes // 2, len(split.parts))


def fitting(*wordings: str) -> str:
    """The first wording that needs the fewest segments, in GSM-7 alone; nothing of it is cut."""
    return min((plain(wording) for wording in wordings), key=lambda text: segments(text).count)


def _nearest(char: str) -> str:
    if char.isspace():
        return " "
    bare = unicodedata.normalize("NFKD", char).translate(_LOOK_ALIKE)
    kept = "".join(part for part in bare if part in _ALPHABET)
    return kept or ("?" if char.isalpha() else "")
