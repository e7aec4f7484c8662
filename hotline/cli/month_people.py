"""The people of `hotline rehearse --script month`, what each does when a telephone rings or a text comes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import cadence
from hotline.cli.stage import LINE, Stage
from hotline.models import Assignment, Callback, Caller, CallerPhone, Volunteer
from hotline.models import Phone as PhoneRow
from hotline.models.status import AssignmentState, CallbackState, CallerState
from hotline.phone import parse
from hotline.rehearsal.phones import Behaviour, Phone
from hotline.services import assignments, imports, people
from hotline.tables import Row, Table

Temper = Literal["willing", "declines", "silent"]
Reports = Literal["key", "text", "when asked"]

_OFFER = re.compile(r"OUI (\d+) ou NON \1")
_BEFORE_THE_LIMIT = timedelta(hours=24)
_PICKED_UP_AFTER = 6.0


@dataclass(frozen=True)
class Resident:
    """A caller; `talks` is how many minutes they stay on the telephone."""

    name: str
    number: str
    talks: int = 12


@dataclass
class Helper:
    """A volunteer, with a temper and a habit of reporting."""

    name: str
    last_name: str
    number: str
    capacity: int = 2
    temper: Temper = "willing"
    reports: Reports = "text"
    read: int = field(default=0, init=False)

    def reads(self, stage: Stage) -> None:
        """Answer the texts that came since the last look."""
        phone = stage.phone(self.number)
        news, self.read = phone.texts[self.read :], len(phone.texts)
        for text in news:
            answer = self._answer(text.body)
            if answer is not None:
                phone.text(LINE, answer)

    def writes(self, stage: Stage, body: str) -> None:
        """Text the line."""
        stage.phone(self.number).text(LINE, body)
        stage.let(10)

    def calls(self, stage: Stage, resident: Resident, callback_id: int) -> None:
        """Phone somebody through the line and report as is their habit."""
        phone, other = stage.phone(self.number), stage.phone(resident.number)
        phone.dial(LINE)
        stage.let(5)
        if phone.prompt == "gather":
            phone.press(f"0{callback_id}#")
        stage.let(30)
        spoke = phone.prompt == "bridged"
        if spoke:
            stage.let(minutes=resident.talks)
            other.hang_up()
        self._report_by_key(stage, phone)
        if phone.state != "idle":
            stage.let(60)
        if spoke and self.reports == "text":
            phone.text(LINE, f"FAIT {_reference(stage, callback_id)}")
            stage.let(10)

    def _report_by_key(self, stage: Stage, phone: Phone) -> None:
        stage.let(3)
        if phone.prompt == "gather" and self.reports == "key":
            phone.press("1")
            stage.let(5)

    def _answer(self, body: str) -> str | None:
        offer = _OFFER.search(body)
        if offer is not None:
            return f"non désolé {offer[1]}" if self.temper == "declines" else f"oui {offer[1]}"
        if self.temper == "willing" and self.reports == "when asked" and "ABSENT" in body:
            return "c'est fait"
        return None


RESIDENTS: Final = (
    Resident("Odette", "+33199000301", talks=20),
    Resident("Jeanne", "+33353010302", talks=15),
    Resident("René", "+33199000303", talks=8),
    Resident("Suzanne", "+33199000304", talks=30),
    Resident("Lucien", "+33639980305", talks=6),
    Resident("Amina", "+33639980306", talks=9),
    Resident("Marcel", "+33353010307", talks=14),
    Resident("Yvette", "+33199000308", talks=11),
    Resident("Albert", "+33199000309", talks=5),
    Resident("Georgette", "+33353010310", talks=18),
    Resident("Raymond", "+33639980311", talks=7),
    Resident("Simone", "+33199000312", talks=16),
)


RENE: Final = next(resident for resident in RESIDENTS if resident.name == "René")
CLAIRE: Final = "+33639980399"

REGULAR: Final = (
    ("Odette", "Marie", "FREQ=WEEKLY;BYDAY=TU;BYHOUR=15;BYMINUTE=0"),
    ("Jeanne", "Louise", "FREQ=WEEKLY;BYDAY=TH;BYHOUR=10;BYMINUTE=30"),
    ("René", "Karim", "FREQ=WEEKLY;BYDAY=MO,FR;BYHOUR=17;BYMINUTE=0"),
    ("Suzanne", "Rose", "FREQ=MONTHLY;BYDAY=3WE;BYHOUR=11;BYMINUTE=0"),
)


def helpers() -> list[Helper]:
    """Return the eight volunteers, fresh: each remembers how far they have read."""
    return [
        Helper("Marie", "Arnaud", "+33639980321", reports="key"),
        Helper("Louise", "Bonnet", "+33639980322", capacity=1),
        Helper("Karim", "Cherif", "+33639980323", capacity=1),
        Helper("Rose", "Delmas", "+33639980324", reports="when asked"),
        Helper("Paul", "Etienne", "+33639980325", temper="declines"),
        Helper("Samir", "Fayolle", "+33639980326", temper="silent", capacity=1),
        Helper("Inès", "Gauthier", "+33639980327", capacity=3),
        Helper("Jean", "Imbert", "+33639980328", reports="key", capacity=3),
    ]


def due_calls(stage: Stage, number: str) -> list[tuple[int, int]]:
    """Return the calls that a volunteer makes now, as (callback, caller): a one-off before its limit."""
    at = stage.now
    with stage.hotline.database.read() as session:
        found = session.execute(
            select(Callback, Assignment)
            .join(Assignment, Assignment.id == Callback.assignment_id)
            .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
            .join(PhoneRow, PhoneRow.id == Volunteer.phone_id)
            .where(
                PhoneRow.number_index == number,
                Assignment.state == AssignmentState.ACTIVE,
                Callback.state == CallbackState.PLANNED,
                Callback.due_at <= at + _BEFORE_THE_LIMIT,
            )
            .order_by(Callback.due_at)
        ).all()
    return [
        (callback.id, assignment.caller_id)
        for callback, assignment in found
        if callback.due_at <= at or (assignment.cadence is None and assignment.covers_id is None)
    ]


def prepare(stage: Stage, helpers: Sequence[Helper]) -> dict[int, Resident]:
    """Register everybody and agree on the regular calls; return who is who by caller."""
    line, at = stage.hotline.line, stage.hotline.clock.now()

    def register(session: Session) -> dict[int, Resident]:
        imports.volunteers(session, _sheet(helpers), line, at)
        known = {_known(session, resident, at): resident for resident in RESIDENTS}
        ids = {resident.name: caller_id for caller_id, resident in known.items()}
        for name, helper, rule in REGULAR:
            number = next(one.number for one in helpers if one.name == helper)
            volunteer = session.scalars(
                select(Volunteer)
                .join(PhoneRow, PhoneRow.id == Volunteer.phone_id)
                .where(PhoneRow.number_index == number)
            ).one()
            caller = session.get_one(Caller, ids[name])
            assignments.give(
                session, line, caller, volunteer, at, actor="la répétition", cadence=cadence.parse(rule)
            )
        rene = session.get_one(Caller, ids[RENE.name])
        rene.contact_name, rene.contact_consent = "Claire", True
        rene.contact_phone_id = people.phone_for(session, parse(CLAIRE), at).id
        return known

    known = stage.hotline.database.run(register)
    for resident in RESIDENTS:
        stage.phone(resident.number).behaviour = Behaviour("answers", after=_PICKED_UP_AFTER)
    return known


def stays_silent(stage: Stage, resident: Resident) -> None:
    """Let somebody's telephone ring for nothing from now on."""
    stage.phone(resident.number).behaviour = Behaviour("no-answer")


def _known(session: Session, resident: Resident, at: datetime) -> int:
    caller = people.new_caller(session, CallerState.ACTIVE, at)
    caller.names = resident.name
    phone = people.phone_for(session, parse(resident.number), at)
    session.add(CallerPhone(caller_id=caller.id, phone_id=phone.id))
    session.flush()
    return caller.id


def _sheet(helpers: Sequence[Helper]) -> Table:
    columns = ("first_name", "last_name", "phone", "capacity")
    cells = [(one.name, one.last_name, one.number, str(one.capacity)) for one in helpers]
    return Table(
        columns, [Row(row, dict(zip(columns, each, strict=True))) for row, each in enumerate(cells, 1)]
    )


def _reference(stage: Stage, callback_id: int) -> int:
    with stage.hotline.database.read() as session:
        return session.get_one(Callback, callback_id).assignment_id
