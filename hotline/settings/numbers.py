"""Telephone numbers and senders of texts as an operator writes them; faults are sentences."""

import re

from hotline.phone import InvalidNumber, parse

LONGEST_NAME = 11
_ADDRESS = re.compile(r"[^\s@,;<>\"]+@[A-Za-z0-9.-]+")


def number(value: str) -> str:
    """Return a telephone number in E.164; raises ValueError with a sentence."""
    try:
        return parse(value).e164
    except InvalidNumber as error:
        raise ValueError("doit être un numéro de téléphone comme +33199000100") from error


def sender(value: str) -> str:
    """Return a number in E.164, or a name that texts leave under; raises ValueError with a sentence."""
    if value.lstrip("+").isdigit():
        return number(value)
    if not (value.isascii() and value.isalnum() and len(value) <= LONGEST_NAME):
        raise ValueError(
            f"doit être un numéro ou un nom de {LONGEST_NAME} lettres et chiffres au plus, sans espace"
        )
    return value


def number_or_address(value: str) -> str:
    """Return a mobile in E.164, or a mail address as it is; raises ValueError with a sentence."""
    if "@" not in value:
        return number(value)
    if not _ADDRESS.fullmatch(value):
        raise ValueError("doit être une adresse comme prenom@exemple.fr, ou un numéro de mobile")
    return value
