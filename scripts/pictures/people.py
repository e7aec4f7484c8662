"""Who lives in the pictures of the desk: people of fiction, on numbers kept for fiction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from hotline.cadence import parse
from hotline.cli.month_people import Helper, Resident
from hotline.cli.stage import Stage
from hotline.models import Caller, CallerPhone
from hotline.models.status import CallerState
from hotline.phone import PhoneNumber
from hotline.rehearsal.phones import Behaviour
from hotline.services import assignments, demo, imports, people
from hotline.tables import Row, Table
from scripts.pictures.colleague import Colleague

COLLEAGUE: Final = "Paul Girard"
LOUIS: Final = "+33639980201"


@dataclass(frozen=True)
class Neighbour(Resident):
    """A caller as the team knows them."""

    postcode: str = "05100"
    language: str = "fr"
    wished: str = ""


ODETTE: Final = Neighbour("Odette Martin", "+33199000201")
JEANNE: Final = Neighbour("Jeanne Roux", "+33353010017", postcode="05120", talks=22)
LUCIEN: Final = Neighbour("Lucien Petit", "+33639980001", wished="Mo-Fr 14:00-17:00")
AMINA: Final = Neighbour("Amina Belkacem", "+33639980002", postcode="38000", language="ar")
RENE: Final = Neighbour("René Blanc", "+33199000303", postcode="05600", talks=9)
SUZANNE: Final = Neighbour("Suzanne Girard", "+33199000304", postcode="05220", talks=28)
MARCEL: Final = Neighbour("Marcel Vidal", "+33353010307", postcode="05000")
YVETTE: Final = Neighbour("Yvette Fournier", "+33199000308", postcode="04000", talks=14)
GEORGETTE: Final = Neighbour("Georgette Noël", "+33353010310", postcode="38350", talks=18)
SIMONE: Final = Neighbour("Simone Martel", "+33199000312", postcode="69003")
RAYMOND: Final = Neighbour("Raymond Marchand", "+33639980311", postcode="05100", talks=7)
STANISLAW: Final = Neighbour("Stanislaw Nowak", "+33199000313", postcode="62300", language="pl")
ODETTE_AGAIN: Final = Neighbour("Odette Martin", "+33639980314")

NEIGHBOURS: Final = (
    *(ODETTE, JEANNE, LUCIEN, AMINA, RENE, SUZANNE, MARCEL, YVETTE, GEORGETTE, SIMONE, RAYMOND),
    *(STANISLAW, ODETTE_AGAIN),
)
REGULAR: Final = (
    (JEANNE, "Camille", "FREQ=WEEKLY;BYDAY=TU;BYHOUR=15;BYMINUTE=0"),
    (SUZANNE, "Gaëlle", "FREQ=WEEKLY;BYDAY=MO,WE;BYHOUR=10;BYMINUTE=30"),
    (GEORGETTE, "Élise", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;BYHOUR=14;BYMINUTE=0"),
    (RENE, "Hugo", "FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=17;BYMINUTE=30"),
)
TELLS: Final = {
    JEANNE.number: ("bonne humeur, sa petite-fille vient dimanche", "un peu fatiguée cette semaine"),
    SUZANNE.number: ("ça va, elle a retrouvé son chat", "elle a besoin de courses pour la semaine"),
    YVETTE.number: ("elle voudrait un appel chaque semaine",),
}
"""What volunteers add to FAIT, one after the other."""

_COLUMNS: Final = ("first_name", "last_name", "phone", "capacity")
_NEW: Final = (("Rose", "Lambert", "+33639980109", "1"), ("Karim", "Moreau", "+33639980110", "1"))
_LISTENERS: Final = (("Louis", "Perrin", LOUIS, "0"), ("Maya", "Lopez", "+33639980202", "0"))


def colleague(stage: Stage) -> Colleague:
    """Paul comes to the desk."""
    return Colleague(stage.hotline, COLLEAGUE, "paul.girard@example.org")


def helpers() -> list[Helper]:
    """Return the volunteers of the rehearsal, each with a habit; Hugo forgets, Farid says no."""
    habits = {"Camille": ("willing", "key"), "Hugo": ("silent", "key"), "Farid": ("declines", "key")}
    return [
        Helper(one.name, one.last_name, one.number, one.capacity, *habits.get(one.name, ("willing", "text")))  # type: ignore[arg-type]
        for one in demo.VOLUNTEERS
    ]


def settle_in(stage: Stage) -> dict[int, Neighbour]:
    """Register everybody and agree on the regular calls; return who is who by caller."""
    line, at = stage.hotline.line, stage.hotline.clock.now()

    def register(session: Session) -> dict[int, Neighbour]:
        demo.prepare(session, line, at)
        imports.volunteers(session, _sheet(_LISTENERS), line, at)
        known = {_file(session, one, stage).id: one for one in NEIGHBOURS}
        ids = {neighbour.number: caller_id for caller_id, neighbour in known.items()}
        for neighbour, name, rule in REGULAR:
            number = next(one.number for one in demo.VOLUNTEERS if one.name == name)
            volunteer = people.volunteer_at(session, people.phone_for(session, PhoneNumber(number), at))
            caller = session.get_one(Caller, ids[neighbour.number])
            assert volunteer is not None
            assignments.give(session, line, caller, volunteer, at, actor=COLLEAGUE, cadence=parse(rule))
        return known

    known = stage.hotline.database.run(register)
    for neighbour in NEIGHBOURS:
        stage.phone(neighbour.number).behaviour = Behaviour("answers", after=6)
    stage.phone(LOUIS).behaviour = Behaviour("answers", after=7, keys=("1",))
    return known


def _file(session: Session, one: Neighbour, stage: Stage) -> Caller:
    at = stage.hotline.clock.now()
    caller = people.new_caller(session, CallerState.ACTIVE, at)
    caller.names, caller.postcode = one.name, one.postcode
    caller.language, caller.wished_hours = one.language, one.wished
    phone = people.phone_for(session, PhoneNumber(one.number), at)
    session.add(CallerPhone(caller_id=caller.id, phone_id=phone.id))
    session.flush()
    return caller


def newcomers(session: Session, stage: Stage) -> None:
    """Two people have registered and wait for the team's welcome."""
    imports.volunteers(session, _sheet(_NEW), stage.hotline.line, stage.hotline.clock.now(), pending=True)


def _sheet(rows: Sequence[Sequence[str]]) -> Table:
    cells = (dict(zip(_COLUMNS, one, strict=True)) for one in rows)
    return Table(_COLUMNS, [Row(number, each) for number, each in enumerate(cells, 1)])
