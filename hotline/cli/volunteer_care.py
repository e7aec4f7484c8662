"""`hotline volunteer pin`, `away`, `back`: what is done for one volunteer, named by their number."""

from collections.abc import Callable
from datetime import date, datetime

import click
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.cli import french, printing, whom
from hotline.cli.product import actor, on_our_clock, product
from hotline.models import Volunteer
from hotline.services import absences, custody, welcomes

Care = Callable[[Session, Hotline, Volunteer, datetime], str]

_phone = click.argument("phone", metavar="NUMÉRO")


@click.command(cls=french.Command)
@_phone
def pin(phone: str) -> None:
    """Envoie par SMS un nouveau code et le lien de sa page ; les anciens ne marchent plus."""

    def send(session: Session, hotline: Hotline, volunteer: Volunteer, at: datetime) -> str:
        welcomes.again(session, hotline.line, volunteer, at)
        return f"{volunteer.first_name} : un nouveau code et le lien de sa page partent par SMS."

    _care(phone, "volunteer.pin", send)


@click.command(cls=french.Command)
@_phone
@click.option(
    "--from", "since", type=french.Moment(), metavar="DATE", help="Premier jour (sans rien : ce jour)."
)
@click.option(
    "--until", type=french.Moment(), metavar="DATE", help="Dernier jour, compris (sans rien : ouvert)."
)
def away(phone: str, since: datetime | None, until: datetime | None) -> None:
    """Note une absence : rien ne lui est proposé, d'autres font ses appels réguliers."""

    def leave(session: Session, hotline: Hotline, volunteer: Volunteer, at: datetime) -> str:
        first = _day(hotline, since) or hotline.line.day(at)
        absence = absences.begin(session, hotline.line, volunteer, first, _day(hotline, until), at)
        ends = f"au {absence.until_date:%d/%m/%Y} compris" if absence.until_date else "jusqu'à son retour"
        return f"{volunteer.first_name} : en pause du {absence.from_date:%d/%m/%Y} {ends}."

    _care(phone, "volunteer.away", leave)


@click.command(cls=french.Command)
@_phone
def back(phone: str) -> None:
    """Met fin à une absence, ou annule celle qui est prévue."""

    def come_back(session: Session, hotline: Hotline, volunteer: Volunteer, at: datetime) -> str:
        was_away = absences.end(session, hotline.line, volunteer, at)
        return f"{volunteer.first_name} : {'de retour' if was_away else 'aucune absence'}."

    _care(phone, "volunteer.back", come_back)


def _care(number: str, action: str, work: Care) -> None:
    """Do something for a volunteer in one transaction, note it, and print what came of it."""
    hotline = product()
    at = hotline.clock.now()

    def do(session: Session) -> str:
        volunteer = whom.volunteer(session, hotline, number)
        says = work(session, hotline, volunteer, at)
        custody.note(session, at, actor=actor(), action=action, subject=f"bénévole {volunteer.id}")
        return says

    printing.say(hotline.database.run(do))


def _day(hotline: Hotline, moment: datetime | None) -> date | None:
    local = on_our_clock(hotline, moment)
    return hotline.line.day(local) if local else None
