"""A mission as API Engagement knows one, in words that it can read."""

import html
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hotline.models.people import departement
from hotline.models.status import Need

_NO_XML: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CORSICA: Final = {"200": "2A", "201": "2A", "202": "2B", "206": "2B"}


@dataclass(frozen=True)
class Organisation:
    """Who stands behind a mission, and where."""

    name: str
    address: str
    postcode: str
    city: str
    website: str
    rna: str
    siret: str

    @property
    def departement(self) -> str:
        """The code of its département, "2A" and "2B" in Corsica; empty without a postcode."""
        return _CORSICA.get(self.postcode[:3]) or departement(self.postcode) or ""

    @property
    def full_address(self) -> str:
        """Its address in one line."""
        town = " ".join(part for part in (self.postcode, self.city) if part)
        return ", ".join(part for part in (self.address, town) if part)


@dataclass(frozen=True)
class Mission:
    """One mission; `client_id` never changes, the platform knows it by that."""

    need: Need
    client_id: str
    title: str
    description: str
    application_url: str
    posted_at: datetime
    schedule: str
    places: int
    audience: tuple[str, ...]
    activity: str
    organisation: Organisation
    remote: str
    domain: str = "solidarite-insertion"
    country: str = "France"


def one_line(words: str) -> str:
    """Return words as one readable line."""
    return " ".join(readable(words).split())


def readable(words: str) -> str:
    """Return words without what XML cannot hold, their entities written out: no "&#" is left."""
    words = _NO_XML.sub("", words)
    while (opened := html.unescape(words)) != words:
        words = _NO_XML.sub("", opened)
    return words.replace("&#", "& #").replace("\r\n", "\n").replace("\r", "\n").strip()
