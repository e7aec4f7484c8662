"""Rows of participations and profiles, read one by one: somebody who may become a volunteer, or why not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from sys import intern

from hotline.errors import HotlineError
from hotline.models.status import VolunteerState
from hotline.phone import PhoneNumber
from hotline.services import cells, eligibility
from hotline.services.line import Line
from hotline.services.platform import states
from hotline.services.platform.layouts import Export, Kind
from hotline.services.sheets import Outcome, RowReport
from hotline.tables import Row

YOUNGEST = 16
_LONGEST_ID = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One usable row; `fault` says why it has no number, `doubt` what was left aside."""

    number: int
    profile: str
    first_name: str
    last_name: str
    phone: PhoneNumber | None
    email: str | None
    postcode: str | None
    birth_date: str | None
    state: VolunteerState
    minor: bool
    fault: str
    doubt: str

    @property
    def who(self) -> str:
        """Both names."""
        return f"{self.first_name} {self.last_name}".strip()


def read(export: Export, row: Row, line: Line, day: date) -> Entry | RowReport:
    """Return what a row says of somebody, or what is reported of a row that is left aside."""
    fields = export.read(row.values)
    who = f"{fields['first_name']} {fields['last_name']}".strip()
    if not who:
        return RowReport(row.number, Outcome.SKIPPED, reason="coordonnées masquées par la plateforme")
    state = VolunteerState.ACTIVE
    if export.kind is Kind.PARTICIPATIONS:
        word = fields["state"]
        if cells.folded(word) not in states.PARTICIPATIONS:
            says = f"état de participation inconnu : « {word[:40]} »"
            return RowReport(row.number, Outcome.REFUSED, who, says)
        taken = states.PARTICIPATIONS[cells.folded(word)]
        if taken is None:
            return RowReport(row.number, Outcome.SKIPPED, who, f"participation « {word} »")
        state = taken
    if not fields["first_name"]:
        return RowReport(row.number, Outcome.REFUSED, who, "le prénom manque")
    return _entry(row.number, fields, state, line, day)


def _entry(
    number: int, fields: Mapping[str, str], state: VolunteerState, line: Line, day: date
) -> Entry | RowReport:
    who = f"{fields['first_name']} {fields['last_name']}".strip()
    profile = fields["profile"].removesuffix(".0")
    if len(profile) > _LONGEST_ID:
        return RowReport(number, Outcome.REFUSED, who, "l'identifiant de profil est trop long")
    phone, fault = _phone(fields, line)
    email, no_email = _email(fields["email"])
    born, no_birth_date = _birth_date(fields["birth_date"])
    years = eligibility.age(born, day)
    if years is not None and years < YOUNGEST:
        return RowReport(number, Outcome.SKIPPED, who, f"cette personne n'a pas {YOUNGEST} ans")
    return Entry(
        number=number,
        profile=profile,
        first_name=intern(fields["first_name"]),
        last_name=fields["last_name"],
        phone=phone,
        email=email,
        postcode=intern(cells.postcode(fields["postcode"].removesuffix(".0")) or "") or None,
        birth_date=born,
        state=state,
        minor=not eligibility.grown_up(born, day),
        fault=fault,
        doubt=" ; ".join(filter(None, (no_email, no_birth_date))),
    )


def _phone(fields: Mapping[str, str], line: Line) -> tuple[PhoneNumber | None, str]:
    """Return the mobile, else the other telephone, or why neither can be dialled."""
    fault = ""
    for text in filter(None, (fields.get("mobile"), fields.get("phone"))):
        try:
            return cells.phone(text, line), ""
        except HotlineError as error:
            fault = fault or str(error)
    return None, fault


def _email(text: str) -> tuple[str | None, str]:
    try:
        return cells.email(text), ""
    except cells.CellError:
        return None, "adresse électronique illisible, laissée de côté"


def _birth_date(text: str) -> tuple[str | None, str]:
    try:
        born = cells.day(text)
    except cells.CellError:
        return None, "date de naissance illisible, laissée de côté"
    return (intern(born.isoformat()) if born else None), ""
