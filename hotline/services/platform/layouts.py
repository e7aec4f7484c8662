"""What the platform's exports look like, as data: a kind of file is known by its headers, never by its name.

The platform renamed and added columns eleven times; each field lists all the names that it has had.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from hotline.services.cells import folded

_FORMULA = re.compile(r'="(.*)"')
_BROKEN = re.compile(r"#(?:N/A|NAME\?|NOM\?|REF!|VALEUR!|VALUE!|DIV/0!|NULL!|NUL!|NUM!|NOMBRE!)")


class Kind(StrEnum):
    """What the rows of an export describe."""

    PARTICIPATIONS = "participations"
    PROFILES = "profiles"
    STRUCTURES = "structures"
    MISSIONS = "missions"


@dataclass(frozen=True)
class Layout:
    """One kind of export: `marks` are columns that tell it, by any of their names, `fields` what we read."""

    kind: Kind
    marks: tuple[frozenset[str], ...]
    fields: Mapping[str, tuple[str, ...]]


def _marks(*columns: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(names.split()) for names in columns)


_PERSON: Mapping[str, tuple[str, ...]] = {
    "first_name": ("first_name", "prenom", "benevole_prenom"),
    "last_name": ("last_name", "nom", "benevole_nom"),
    "mobile": ("mobile", "benevole_mobile"),
    "phone": ("phone", "telephone"),
    "email": ("email", "benevole_email"),
    "postcode": ("zip", "code_postal", "benevole_code_postal"),
    "birth_date": ("birthday", "date_anniversaire", "benevole_date_anniversaire"),
}

LAYOUTS = (
    Layout(
        Kind.PARTICIPATIONS,
        _marks("profile_id", "mission_id", "state statut"),
        {"profile": ("profile_id",), "state": ("state", "statut"), **_PERSON},
    ),
    Layout(
        Kind.STRUCTURES,
        _marks("id", "statut_juridique", "association_types", "name nom"),
        {
            "platform_id": ("id",),
            "state": ("state", "statut"),
            "name": ("name", "nom"),
            "legal_status": ("statut_juridique",),
            "public_type": ("structure_publique_type",),
            "approval": ("association_types",),
            "phone": ("structure_phone",),
            "email": ("structure_email", "user_email"),
            "address": ("full_address", "adresse_complete", "address", "adresse"),
            "postcode": ("zip", "code_postal"),
            "city": ("city", "ville"),
            "website": ("website", "site_internet"),
            "siret": ("siret",),
            "rna": ("rna",),
        },
    ),
    Layout(Kind.MISSIONS, _marks("id", "participations_max nb_participations_max"), {}),
    Layout(
        Kind.PROFILES,
        _marks("id", "email", "mobile prenom", "first_name prenom"),
        {"profile": ("id",), **_PERSON},
    ),
)


@dataclass(frozen=True)
class Export:
    """A file that comes from the platform: its kind, and by which of its columns each field is read."""

    kind: Kind
    columns: Mapping[str, tuple[str, ...]]

    def read(self, values: Mapping[str, str]) -> dict[str, str]:
        """Return the fields of one row, each from the first of its columns that holds something."""
        return {
            field: next((text for name in names if (text := plain(values[name]))), "")
            for field, names in self.columns.items()
        }


def recognised(columns: Iterable[str]) -> Export | None:
    """Return what a file with these columns is; None for what does not come from the platform."""
    known = {folded(column): column for column in columns}
    for layout in LAYOUTS:
        if all(mark & known.keys() for mark in layout.marks):
            fields = layout.fields.items()
            return Export(
                layout.kind,
                {field: tuple(known[name] for name in names if name in known) for field, names in fields},
            )
    return None


def plain(text: str) -> str:
    """Return what a cell says, without what spreadsheets put around it; nothing for a broken formula."""
    text = text.strip()
    if found := _FORMULA.fullmatch(text):
        text = found[1].strip()
    return "" if _BROKEN.fullmatch(text) else text.removeprefix("'")
