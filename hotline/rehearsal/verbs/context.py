"""What a verb needs to know beside its own attributes, and what it may decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

from hotline.rehearsal.callrun import CallRun
from hotline.rehearsal.documents import Verb
from hotline.rehearsal.signals import Source, Steps


class End:
    """The call is to end here."""


END: Final = End()
Converse = Callable[[CallRun, Source], Steps[bool]]
Outcome = Source | End | None


@dataclass(frozen=True)
class Context:
    """Where the verb stands: its document's address, whether it comes first, how another leg converses."""

    url: str
    converse: Converse
    first: bool

    def target(
        self, verb: Verb, attribute: str = "action", parameters: tuple[tuple[str, str], ...] = ()
    ) -> Source:
        """Return the address named by `attribute`, the current document when there is none."""
        address = urljoin(self.url, verb.get(attribute).strip())
        return Source(address, verb.get("method", "POST").upper(), parameters)


VerbScript = Callable[[CallRun, Verb, Context], Steps[Outcome]]
