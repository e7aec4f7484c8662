"""Hides addresses and telephone numbers in what one side writes to the other; pure."""

import re
from collections.abc import Collection, Iterable
from typing import Final

ADDRESS: Final = "[adresse masquée]"
NUMBER: Final = "[numéro masqué]"
_AT: Final = r"(?:@|%40|&#64;|\s?[(\[](?:at|arobase|chez)[)\]]\s?)"
_SIGN: Final = r"[^\s@<>()\[\],;:\"]"
_AN_ADDRESS: Final = re.compile(rf"(?<!{_SIGN}){_SIGN}{{1,64}}{_AT}[\w.-]{{0,253}}\w", re.IGNORECASE)
_IN_FRANCE: Final = r"(?<!\d)0[1-9](?P<between>[ .\-/\u00a0\u202f]?)\d\d(?:(?P=between)\d\d){3}(?!\d)"
_ABROAD: Final = (
    r"(?<![\d+])(?:\+|00)[1-9]\d{0,2}[ .\-\u00a0\u202f]?(?:\(0\)[ .\-\u00a0\u202f]?)?"
    r"\d(?:[ .\-/()\u00a0\u202f]{0,2}\d){5,12}(?!\d)"
)
_A_NUMBER: Final = re.compile(f"{_IN_FRANCE}|{_ABROAD}")
_BROKEN: Final = r"[\s>]*"
_SPACED: Final = r"[\s>.\-/()\u00a0\u202f]*"
_SIGNIFICANT: Final = 9


def hidden(text: str, *, addresses: Collection[str] = (), numbers: Collection[str] = ()) -> str:
    """Return a text without any mail address or telephone number that can be seen in it.

    Those that are known (`numbers` in E.164) are found even broken over quoted lines, or spaced strangely.
    """
    for known in _patterns(addresses, _BROKEN):
        text = known.sub(ADDRESS, text)
    for known in _patterns((number[-_SIGNIFICANT:] for number in numbers), _SPACED):
        text = known.sub(NUMBER, text)
    return _A_NUMBER.sub(NUMBER, _AN_ADDRESS.sub(ADDRESS, text))


def _patterns(known: Iterable[str], between: str) -> list[re.Pattern[str]]:
    return [re.compile(between.join(map(re.escape, one)), re.IGNORECASE) for one in sorted(set(known)) if one]
