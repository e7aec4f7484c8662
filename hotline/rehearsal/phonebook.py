"""What a number looks like, what can be told from it, and what cannot be done."""

import re

DIALLABLE = re.compile(r"\+[1-9]\d{6,14}")
NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")


class ImpossibleError(Exception):
    """What was asked of a telephone cannot be done with it now; the text is French, for the page."""


def shown(number: str) -> str:
    """Return a French number in pairs, as people write it; anything else as it is."""
    if re.fullmatch(r"\+33\d{9}", number):
        digits = "0" + number[3:]
        return " ".join(digits[i : i + 2] for i in range(0, 10, 2))
    return number
