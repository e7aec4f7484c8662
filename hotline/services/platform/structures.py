"""Rows of structures, read one by one: what a partner's file says, or why there is none."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hotline.errors import HotlineError
from hotline.models import Partner
from hotline.models.people import departement
from hotline.phone import parse
from hotline.services import cells
from hotline.services.platform import states
from hotline.services.platform.layouts import Export
from hotline.services.sheets import Outcome, RowReport
from hotline.tables import Row


@dataclass(frozen=True, slots=True)
class Structure:
    """A structure as its row tells; `closed` says in which state the platform has shut it out."""

    number: int
    values: Mapping[str, Any]
    closed: str
    doubt: str

    @property
    def who(self) -> str:
        """The name."""
        return str(self.values["name"])


def read(export: Export, row: Row) -> Structure | RowReport:
    """Return what a row says of a structure, or what is reported of a row that is left aside."""
    fields = export.read(row.values)
    name, word = fields["name"], fields["state"]
    state, identifier = cells.folded(word), fields["platform_id"].removesuffix(".0")
    if not name:
        return RowReport(row.number, Outcome.SKIPPED, reason="structure sans nom")
    if state == states.DRAFT:
        return RowReport(row.number, Outcome.SKIPPED, name, "encore un brouillon sur la plateforme")
    if not identifier or len(identifier) > _room("platform_id"):
        return RowReport(row.number, Outcome.REFUSED, name, "l'identifiant de la structure manque")
    phone, doubt = _phone(fields["phone"])
    if state in states.WAITING_STRUCTURES:
        doubt = " ; ".join(filter(None, ("pas encore validée sur la plateforme", doubt)))
    values = _values(fields) | {"platform_id": identifier, "phone": phone}
    return Structure(row.number, values, word if state in states.CLOSED_STRUCTURES else "", doubt)


def _values(fields: Mapping[str, str]) -> dict[str, Any]:
    postcode = cells.postcode(fields["postcode"].removesuffix(".0"))
    texts: dict[str, str | None] = {
        "name": fields["name"],
        "approval": _approval(fields["approval"]),
        "city": fields["city"],
        "website": fields["website"],
        "siret": fields["siret"].removesuffix(".0").replace(" ", ""),
        "rna": fields["rna"].replace(" ", ""),
        "area": departement(postcode),
    }
    return {name: (text or "")[: _room(name)] or None for name, text in texts.items()} | {
        "legal_status": states.legal_status(fields["legal_status"], fields["public_type"]),
        "email": fields["email"] or None,
        "address": fields["address"] or None,
        "postcode": postcode,
    }


def _approval(text: str) -> str:
    """Return a structure's approvals as the platform writes lists, on one line."""
    try:
        listed = json.loads(text) if text.startswith("[") else [text]
    except ValueError:
        listed = [text]
    return ", ".join(str(one) for one in listed if one)


def _phone(text: str) -> tuple[str | None, str]:
    try:
        return (parse(text).e164 if text else None), ""
    except HotlineError:
        return None, "téléphone illisible, laissé de côté"


def _room(column: str) -> int:
    """Return how many signs a column of the partners takes."""
    return int(getattr(Partner.__table__.c[column].type, "length", 0))
