"""GSM 03.38 septets and SMS segments (carrier reference §6), independent of the product's own counter."""

from typing import NamedTuple

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = "\f^{}\\[~]|€"


class Segments(NamedTuple):
    """How a text travels: its alphabet, its length in units of it, its parts, and what forced UCS-2."""

    encoding: str
    units: int
    parts: int
    outside: list[str]


def segments(text: str) -> Segments:
    """Count the parts of `text`: 160 or 153 septets in GSM-7, 70 or 67 UTF-16 units in UCS-2."""
    outside = sorted({c for c in text if c not in BASIC and c not in EXTENDED})
    if not outside:
        septets = [2 if c in EXTENDED else 1 for c in text]
        return Segments("GSM-7", sum(septets), _parts(septets, alone=160, joined=153), outside)
    units = [len(c.encode("utf-16-be")) // 2 for c in text]
    return Segments("UCS-2", sum(units), _parts(units, alone=70, joined=67), outside)


def _parts(costs: list[int], *, alone: int, joined: int) -> int:
    """Fill parts one after the other: neither an escape pair nor a surrogate pair straddles two of them."""
    if sum(costs) <= alone:
        return 1 if costs else 0
    count, room = 1, joined
    for cost in costs:
        if cost > room:
            count, room = count + 1, joined
        room -= cost
    return count
