"""The shape of the carrier's identifiers: two capitals and 32 hexadecimal digits (carrier reference §7)."""

import re

_SHAPE = re.compile(r"[A-Z]{2}[0-9a-f]{32}", re.ASCII)


def is_sid(value: str, *kinds: str) -> bool:
    """Tell whether a text is an identifier of these kinds: `CA` call, `SM` `MM` text, `RE` recording…"""
    return _SHAPE.fullmatch(value) is not None and value[:2] in kinds
