"""What an export of participations or profiles does to the team: matched again, made, updated, or left aside.

Somebody is known by profile, then by address under the same first name, then by number. A filled cell
updates, an empty one empties nothing. Whoever has left stays away until a coordinator takes them back.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from hotline.models import Phone, Volunteer
from hotline.models.status import VolunteerSource, VolunteerState
from hotline.services import cells
from hotline.services.importing.trail import Change
from hotline.services.platform.persons import Person
from hotline.services.sheets import Outcome, RowReport

_TOLD: Mapping[str, str] = {
    "first_name": "prénom",
    "last_name": "nom",
    "email": "adresse électronique",
    "phone": "téléphone",
    "postcode": "code postal",
    "birth_date": "date de naissance",
    "platform_id": "profil",
    "state": "état",
}
_NO_NUMBER = "pas de numéro de téléphone dans ce fichier"
_MINOR = "mineur : l'accord d'un parent est à recevoir"


@dataclass
class Newcomers:
    """Plans what persons of an export change, portion by portion; `taken` is whose row was whose."""

    at: datetime
    pending: bool = False
    taken: dict[int, int] = field(default_factory=dict)

    def planned(self, session: Session, persons: Sequence[Person]) -> tuple[list[Change], list[RowReport]]:
        """Return the changes, and what is reported of every row."""
        base = _Base.around(session, persons)
        changes: list[Change] = []
        reports: list[RowReport] = []
        for person in persons:
            change, report = self._one(base, person)
            changes += [change] if change else []
            reports += [report, *_others(person)]
        return changes, reports

    def _one(self, base: "_Base", person: Person) -> tuple[Change | None, RowReport]:
        known, holder = base.known(person), base.holder(person)
        if known is None:
            return self._new(person, holder)
        if self.taken.setdefault(known.id, person.best.number) != person.best.number:
            return None, _skipped(person, f"même bénévole que la ligne {self.taken[known.id]}")
        if known.state is VolunteerState.LEFT:
            return None, _skipped(person, "a quitté l'équipe : un coordinateur peut l'y reprendre")
        return self._known(person, known, holder)

    def _new(self, person: Person, holder: Volunteer | None) -> tuple[Change | None, RowReport]:
        best = person.best
        if holder is not None:
            return None, _skipped(person, f"ce numéro est déjà celui de {holder.first_name}, bénévole")
        if person.phone is None:
            outcome = Outcome.REFUSED if best.fault else Outcome.SKIPPED
            return None, RowReport(best.number, outcome, best.who, best.fault or _NO_NUMBER)
        state = VolunteerState.PENDING if self._waits(person) else VolunteerState.ACTIVE
        values = {"last_name": "", **_filled(person)} | {
            "source": VolunteerSource.PLATFORM,
            "platform_id": next(iter(person.profiles), None),
            "state": state,
            "waiting_since": self.at if state is VolunteerState.ACTIVE else None,
        }
        reason = _joined(_MINOR if person.minor else "", best.doubt)
        change = Change(best.number, Volunteer, None, values, person.phone)
        return change, RowReport(best.number, Outcome.CREATED, best.who, reason)

    def _known(
        self, person: Person, known: Volunteer, holder: Volunteer | None
    ) -> tuple[Change | None, RowReport]:
        best = person.best
        values = {name: text for name, text in _filled(person).items() if _differs(known, name, text)}
        if known.platform_id is None and person.profiles:
            values["platform_id"] = person.profiles[0]
        if self._welcome(person, known):
            values |= {"state": VolunteerState.ACTIVE, "waiting_since": self.at if known.capacity else None}
        phone, kept = person.phone, ""
        if phone is not None and phone.e164 != known.phone.number and holder is not None:
            kept = f"garde son numéro, l'autre est celui de {holder.first_name}"
        moved = phone if phone and phone.e164 != known.phone.number and not kept else None
        names = [*values, *(["phone"] if moved else [])]
        told = ", ".join(_TOLD[name] for name in _TOLD if name in names)
        reason = _joined(f"change : {told}" if told else "", kept, best.doubt)
        if not names:
            return None, RowReport(best.number, Outcome.UNCHANGED, best.who, reason)
        change = Change(best.number, Volunteer, known, values, moved)
        return change, RowReport(best.number, Outcome.UPDATED, best.who, reason)

    def _welcome(self, person: Person, known: Volunteer) -> bool:
        """Tell whether the platform has accepted somebody who came from it and waits here."""
        from_there = known.source is VolunteerSource.PLATFORM and known.state is VolunteerState.PENDING
        return from_there and not self._waits(person)

    def _waits(self, person: Person) -> bool:
        return self.pending or person.minor or person.best.state is VolunteerState.PENDING


@dataclass(frozen=True)
class _Base:
    """The volunteers whom some persons may be, by profile, address and number."""

    by_profile: Mapping[str, Volunteer]
    by_email: Mapping[str, Sequence[Volunteer]]
    by_number: Mapping[str, Volunteer]

    @classmethod
    def around(cls, session: Session, persons: Sequence[Person]) -> "_Base":
        """Look up everybody at once."""
        profiles = [profile for person in persons for profile in person.profiles]
        emails = [email for person in persons for email in person.emails]
        numbers = [person.phone.e164 for person in persons if person.phone]
        by_email: dict[str, list[Volunteer]] = defaultdict(list)
        for one in _found(session, Volunteer.email_index.in_(emails)):
            by_email[(one.email or "").lower()].append(one)
        by_number = _found(session, Phone.number_index.in_(numbers))
        by_profile = _found(session, Volunteer.platform_id.in_(profiles))
        return cls(
            {one.platform_id: one for one in by_profile if one.platform_id},
            by_email,
            {one.phone.number: one for one in by_number},
        )

    def known(self, person: Person) -> Volunteer | None:
        """Return the volunteer whom a person is; nobody who only shares an address or a number."""
        for profile in person.profiles:
            if profile in self.by_profile:
                return self.by_profile[profile]
        same_address = [one for email in person.emails for one in self.by_email.get(email, ())]
        holder = self.holder(person)
        return next((one for one in [*same_address, holder] if one and _same_name(one, person)), None)

    def holder(self, person: Person) -> Volunteer | None:
        """Return the volunteer who has a person's number."""
        return self.by_number.get(person.phone.e164) if person.phone else None


def _found(session: Session, condition: ColumnElement[bool]) -> Iterable[Volunteer]:
    return session.scalars(select(Volunteer).join(Volunteer.phone).where(condition).order_by(Volunteer.id))


def _same_name(volunteer: Volunteer, person: Person) -> bool:
    return cells.folded(volunteer.first_name) in {cells.folded(one.first_name) for one in person.entries}


def _filled(person: Person) -> dict[str, Any]:
    """Return the columns of which the export says something."""
    names = ("first_name", "last_name", "email", "postcode", "birth_date")
    return {name: text for name in names if (text := person.first(name))}


def _differs(known: Volunteer, name: str, text: str) -> bool:
    """Tell whether a cell says something else than we know; capitals and accents are nothing else."""
    return cells.folded(getattr(known, name) or "") != cells.folded(text)


def _others(person: Person) -> Iterable[RowReport]:
    says = f"même personne que la ligne {person.best.number}"
    return (RowReport(one.number, Outcome.SKIPPED, one.who, says) for one in person.entries[1:])


def _skipped(person: Person, reason: str) -> RowReport:
    return RowReport(person.best.number, Outcome.SKIPPED, person.best.who, reason)


def _joined(*parts: str) -> str:
    return " ; ".join(filter(None, parts))
