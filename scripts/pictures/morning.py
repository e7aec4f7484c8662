"""The morning of the pictures: what the night left, what the first hour brought, what a colleague began."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.cli.stage import LINE, Stage
from hotline.models import Caller, CallerPhone, Request, Voicemail
from hotline.models import Phone as PhoneRow
from hotline.models.status import RequestState
from scripts.pictures import people as cast
from scripts.pictures.fortnight import PARIS, Fortnight, leave_message
from scripts.pictures.people import Neighbour

WITHHELD: Final = "+33199000399"
DAWN: Final = datetime(2026, 11, 24, 7, 30, tzinfo=PARIS)
OFFERS: Final = datetime(2026, 11, 24, 9, 0, 10, tzinfo=PARIS)
NOW: Final = datetime(2026, 11, 24, 9, 40, tzinfo=PARIS)


def live(stage: Stage) -> None:
    """Live from the first day to the moment of the pictures."""
    fortnight = Fortnight(stage)
    fortnight.live()
    _night(stage)
    stage.jump(OFFERS)
    fortnight.helper("Camille").writes(stage, "ALERTE elle est tombée hier soir, elle a peur de sortir")
    fortnight.helper("Bruno").writes(stage, "Bonjour, je change de portable jeudi, comment faire ?")
    fortnight.helper("Inès").writes(stage, "PAUSE du 30 novembre au 6 décembre")
    with stage.hotline.database.write() as session:
        cast.newcomers(session, stage)
    _colleague_comes_in(stage)
    stage.jump(NOW)
    stage.tick()


def _night(stage: Stage) -> None:
    """Odette in the evening, somebody without a number, and Lucien who wakes early."""
    for number, shown_as, moment in (
        (cast.ODETTE.number, None, datetime(2026, 11, 23, 20, 10, tzinfo=PARIS)),
        (WITHHELD, "anonymous", datetime(2026, 11, 23, 21, 45, tzinfo=PARIS)),
        (cast.LUCIEN.number, None, DAWN),
    ):
        stage.jump(moment)
        phone = stage.phone(number)
        phone.dial(LINE, shown_as=shown_as)
        stage.let(20)
        leave_message(stage, phone)


def _colleague_comes_in(stage: Stage) -> None:
    """Paul has listened to one message and left it, and noted a letter, a closure and an opening."""
    paul, raymond = cast.colleague(stage), voicemails(stage)[3]
    paul.opens(f"/voicemails/{raymond}/audio")
    words = "Bonjour, c’est Raymond. La chaudière est en panne, à qui puis-je le dire ? Merci de rappeler."
    paul.sends(f"/voicemails/{raymond}/transcript", words=words, seen="")
    file = caller(stage, cast.ODETTE)
    note = "Laisser sonner longtemps : elle se déplace avec une canne."
    paul.sends(f"/people/{file}/notes", words=note)
    said = "Georgette remercie pour les appels ; sa voisine Marthe aimerait aussi être appelée."
    contact = {"caller": str(caller(stage, cast.GEORGETTE)), "who": "Georgette Noël", "kind": "letter"}
    paul.sends("/contacts/new", words=said, wants_call="no", **contact)
    paul.sends("/hours/closures", first="2026-12-24", last="2027-01-01", reason="fêtes de fin d’année")
    paul.sends("/hours/openings", day="2026-11-28", hours="10:00-12:00")


def voicemails(stage: Stage) -> list[int]:
    """Return the messages, the oldest first."""
    with stage.hotline.database.read() as session:
        return list(session.scalars(select(Voicemail.id).order_by(Voicemail.created_at)))


def caller(stage: Stage, one: Neighbour) -> int:
    """Return somebody's file."""
    return stage.hotline.database.run(lambda session: _caller(session, one))


def request(stage: Stage, one: Neighbour) -> int:
    """Return somebody's open request."""

    def find(session: Session) -> int:
        mine = (Request.caller_id == _caller(session, one), Request.state != RequestState.CLOSED)
        return session.scalars(select(Request.id).where(*mine)).one()

    return stage.hotline.database.run(find)


def _caller(session: Session, one: Neighbour) -> int:
    of_phone = select(CallerPhone.caller_id).join(PhoneRow, PhoneRow.id == CallerPhone.phone_id)
    return session.scalars(
        select(Caller.id).where(Caller.id.in_(of_phone.where(PhoneRow.number_index == one.number)))
    ).one()
