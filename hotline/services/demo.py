"""People to try the product with; their numbers are from the ranges kept for fiction, nobody is there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.cadence import weekly
from hotline.models import Partner
from hotline.models.status import LegalStatus, Need, VolunteerState
from hotline.phone import PhoneNumber
from hotline.services import assignments, imports, links, people, shifts
from hotline.services.desk import coordinators, invitations
from hotline.services.line import Line
from hotline.services.sheets import Outcome
from hotline.tables import Row, Table

COORDINATOR: Final = "coordination@example.org"
PARTNER: Final = "Collectif Solidarité Courses"
_FIRST_HOUR, _LAST_HOUR = 10, 19
_A_REHEARSAL = timedelta(days=3650)  # its clock may be put years ahead


class Role(StrEnum):
    """What a person of the rehearsal does."""

    CALLER = "caller"
    VOLUNTEER = "volunteer"
    LISTENER = "listener"


@dataclass(frozen=True)
class DemoPerson:
    """Somebody with a telephone; the fields after `about` are a volunteer's."""

    number: str
    name: str
    role: Role
    about: str
    last_name: str = ""
    languages: str = "fr"
    available: str = ""
    capacity: int = 1
    postcode: str = ""
    quiet: str = ""
    weekly_cap: str = ""


CALLERS: Final = (
    DemoPerson("+33199000201", "Odette", Role.CALLER, "84 ans, téléphone fixe : ne reçoit pas de SMS"),
    DemoPerson("+33639980001", "Lucien", Role.CALLER, "79 ans, mobile"),
    DemoPerson("+33353010017", "Jeanne", Role.CALLER, "91 ans, téléphone fixe, à la campagne"),
    DemoPerson("+33639980002", "Amina", Role.CALLER, "68 ans, mobile, préfère écrire"),
)

VOLUNTEERS: Final = (
    DemoPerson(
        "+33639980101",
        "Camille",
        Role.VOLUNTEER,
        "toujours disponible",
        "Arnaud",
        capacity=2,
        postcode="05100",
    ),
    DemoPerson(
        "+33639980102",
        "Bruno",
        Role.VOLUNTEER,
        "les après-midi",
        "Bonnet",
        available="Mo-Fr 14:00-18:00",
        postcode="05100",
    ),
    DemoPerson(
        "+33639980103",
        "Nadia",
        Role.VOLUNTEER,
        "parle aussi arabe",
        "Cherif",
        "fr,ar",
        capacity=2,
        postcode="38000",
    ),
    DemoPerson(
        "+33639980104",
        "Hugo",
        Role.VOLUNTEER,
        "le soir",
        "Delmas",
        available="Mo-Fr 17:00-19:00",
        postcode="69003",
        quiet="Mo-Fr 08:00-16:00",
    ),
    DemoPerson(
        "+33639980105", "Élise", Role.VOLUNTEER, "parle aussi anglais", "Etienne", "fr,en", postcode="75011"
    ),
    DemoPerson(
        "+33639980106",
        "Farid",
        Role.VOLUNTEER,
        "le week-end",
        "Fayolle",
        available="Sa-Su 10:00-18:00",
        postcode="13001",
    ),
    DemoPerson(
        "+33639980107",
        "Gaëlle",
        Role.VOLUNTEER,
        "les matins",
        "Gauthier",
        available="Mo-Sa 09:00-12:00",
        capacity=3,
        postcode="29200",
        weekly_cap="5",
    ),
    DemoPerson(
        "+33639980108",
        "Inès",
        Role.VOLUNTEER,
        "parle aussi portugais",
        "Imbert",
        "fr,pt",
        capacity=2,
        postcode="97400",
    ),
)

LISTENERS: Final = (
    DemoPerson("+33639980201", "Louis", Role.LISTENER, "de permanence", available="Mo-Fr 10:00-18:00"),
    DemoPerson("+33639980202", "Maya", Role.LISTENER, "de permanence", available="Mo-Fr 10:00-18:00"),
)

PEOPLE: Final = (*CALLERS, *VOLUNTEERS, *LISTENERS)


@dataclass(frozen=True)
class Prepared:
    """How many people were not there before."""

    volunteers: int
    shifts: int


def prepare(session: Session, line: Line, at: datetime) -> Prepared:
    """Write volunteers, listeners' shifts and a partner, once; callers become known when they phone."""
    volunteers = imports.volunteers(session, _volunteers(), line, at)
    on_duty = shifts.imported(session, _shifts(), line, at)
    _partner(session, at)
    return Prepared(volunteers.count(Outcome.CREATED), on_duty.count(Outcome.CREATED))


def page(session: Session, line: Line, at: datetime) -> str:
    """Return a link to Camille's page; she calls Jeanne every week, for the first time within a day."""
    camille, jeanne = VOLUNTEERS[0], CALLERS[2]
    volunteer = people.volunteer_at(session, people.phone_for(session, PhoneNumber(camille.number), at))
    if volunteer is None:
        raise LookupError("prepare comes first")
    behind = people.behind(session, PhoneNumber(jeanne.number), line.day(at), at)
    if behind.caller is None and volunteer.state is VolunteerState.ACTIVE:
        caller = people.caller_for(session, behind, at)
        caller.names = jeanne.name
        rhythm = weekly(_soon(line.local(at)))
        assignments.give(session, line, caller, volunteer, at, actor="répétition", cadence=rhythm)
    return links.issue(session, line, volunteer, at)


def desk(session: Session, line: Line, at: datetime) -> str:
    """Return the link that signs a coordinator of the rehearsal straight in, as often as it is opened."""
    known, _ = coordinators.add(session, COORDINATOR, at, name="Coordination")
    token = invitations.issue(session, known, at, lasts=_A_REHEARSAL)
    return invitations.address(line.public_url, f"/rehearsal/{token}")


def _soon(now: datetime) -> datetime:
    """A full hour from an hour ahead on: today between ten and seven, else tomorrow at ten."""
    soon = now.replace(minute=0) + timedelta(hours=2)
    if soon.date() == now.date() and soon.hour <= _LAST_HOUR:
        return soon.replace(hour=max(soon.hour, _FIRST_HOUR))
    return (now + timedelta(days=1)).replace(hour=_FIRST_HOUR, minute=0)


def _partner(session: Session, at: datetime) -> None:
    """Write down who does the shopping in the Hautes-Alpes."""
    if session.scalar(select(Partner.id).where(Partner.name == PARTNER)) is None:
        session.add(
            Partner(
                name=PARTNER,
                legal_status=LegalStatus.ASSOCIATION,
                needs=Need.SOLIDARITE_PROXIMITE.value,
                area="05",
                hours="Mo-Sa 09:00-18:00",
                contact_name="Lison",
                phone="+33639980777",
                email="courses@exemple.fr",
                city="Briançon",
                created_at=at,
            )
        )


def _volunteers() -> Table:
    return Table(
        tuple(_cells(VOLUNTEERS[0])),
        [Row(number, _cells(person)) for number, person in enumerate(VOLUNTEERS, 1)],
    )


def _cells(person: DemoPerson) -> dict[str, str]:
    return {
        "first_name": person.name,
        "last_name": person.last_name,
        "phone": person.number,
        "languages": person.languages,
        "available": person.available,
        "capacity": str(person.capacity),
        "postcode": person.postcode,
        "note": person.about,
        "quiet": person.quiet,
        "weekly_cap": person.weekly_cap,
    }


def _shifts() -> Table:
    rows = [
        Row(number, {"phone": person.number, "available": person.available})
        for number, person in enumerate(LISTENERS, 1)
    ]
    return Table(("phone", "available"), rows)
