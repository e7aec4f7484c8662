"""What an export of structures does to the partners: made without needs, updated, put away when shut out.

A structure is known by its identifier on the platform, else by SIRET, RNA, or name and town.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Partner
from hotline.services import cells
from hotline.services.importing.trail import Change
from hotline.services.platform.structures import Structure
from hotline.services.sheets import Outcome, RowReport

Key = tuple[str, ...]
_KEPT_BY_HAND = frozenset({"area", "phone", "email"})


@dataclass
class Directory:
    """Plans what structures of an export change, portion by portion; `ids` is whom we know, by every key."""

    at: datetime
    ids: Mapping[Key, int] | None = None
    taken: dict[Key, int] = field(default_factory=dict)

    def planned(
        self, session: Session, structures: Sequence[Structure]
    ) -> tuple[list[Change], list[RowReport]]:
        """Return the changes, and what is reported of every row."""
        if self.ids is None:
            self.ids = _known(session)
        wanted = {self.ids[key] for one in structures for key in _keys(one.values) if key in self.ids}
        found = session.scalars(select(Partner).where(Partner.id.in_(wanted)))
        partners = {partner.id: partner for partner in found}
        planned = [self._one(partners, self.ids, structure) for structure in structures]
        return [change for change, _report in planned if change], [report for _change, report in planned]

    def _one(
        self, partners: Mapping[int, Partner], ids: Mapping[Key, int], structure: Structure
    ) -> tuple[Change | None, RowReport]:
        own = ("platform", structure.values["platform_id"])
        if first := self._first(own, structure):
            return None, _skipped(structure, f"même structure que la ligne {first}")
        known = next((partners[ids[key]] for key in _keys(structure.values) if key in ids), None)
        if known is not None and known.platform_id in {None, own[1]}:
            if first := self._first(("partner", str(known.id)), structure):
                return None, _skipped(structure, f"même partenaire que la ligne {first}")
            return _update(structure, known, self.at)
        if structure.closed:
            return None, _skipped(structure, f"structure « {structure.closed} » sur la plateforme")
        values = {name: value for name, value in structure.values.items() if value is not None}
        report = RowReport(structure.number, Outcome.CREATED, structure.who, structure.doubt)
        return Change(structure.number, Partner, None, values), report

    def _first(self, key: Key, structure: Structure) -> int | None:
        """Return the line of the row before that stands for the same, None for the first one."""
        first = self.taken.setdefault(key, structure.number)
        return None if first == structure.number else first


def _update(structure: Structure, known: Partner, at: datetime) -> tuple[Change | None, RowReport]:
    values: dict[str, Any] = {
        name: value
        for name, value in structure.values.items()
        if value is not None and value != getattr(known, name) and not _ours(known, name)
    }
    says = structure.doubt
    if structure.closed:
        values = {"archived_at": at} if known.archived_at is None else {}
        says = f"structure « {structure.closed} » sur la plateforme : n'est plus proposée"
    if not values:
        return None, RowReport(structure.number, Outcome.UNCHANGED, structure.who, says)
    change = Change(structure.number, Partner, known, values)
    return change, RowReport(structure.number, Outcome.UPDATED, structure.who, says)


def _ours(known: Partner, name: str) -> bool:
    """Tell whether a column is one that coordinators keep, and have filled in."""
    return name in _KEPT_BY_HAND and bool(getattr(known, name))


def _known(session: Session) -> dict[Key, int]:
    """Return every partner's id by every key of theirs; of several with one key, the one known longest."""
    columns = (Partner.platform_id, Partner.siret, Partner.rna, Partner.name, Partner.city)
    ids: dict[Key, int] = {}
    for identifier, *values in session.execute(select(Partner.id, *columns).order_by(Partner.id)):
        for key in _keys(dict(zip([column.key for column in columns], values, strict=True))):
            ids.setdefault(key, identifier)
    return ids


def _keys(values: Mapping[str, Any]) -> Iterator[Key]:
    if values["platform_id"]:
        yield "platform", values["platform_id"]
    for name in ("siret", "rna"):
        if values[name]:
            yield name, values[name]
    if values["city"]:
        yield "name", cells.folded(values["name"]), cells.folded(values["city"])


def _skipped(structure: Structure, reason: str) -> RowReport:
    return RowReport(structure.number, Outcome.SKIPPED, structure.who, reason)
