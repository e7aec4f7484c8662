"""`hotline volunteer`."""

from collections.abc import Callable

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.cli import french, printing, volunteer_care, volunteer_import, whom
from hotline.cli.product import actor, product
from hotline.errors import HotlineError
from hotline.models import Volunteer
from hotline.models.status import VolunteerState
from hotline.phone import PhoneNumber
from hotline.services import custody, imports, tandems
from hotline.services.sheets import Outcome, SheetReport
from hotline.tables import Row, Table

_STATES = {
    VolunteerState.PENDING: "à valider",
    VolunteerState.ACTIVE: "actif",
    VolunteerState.PAUSED: "en pause",
    VolunteerState.LEFT: "parti",
}
Then = Callable[[Session, SheetReport], None]

_pending = click.option("--pending", is_flag=True, help="À valider d'abord par un coordinateur.")
_welcome = click.option("--welcome", is_flag=True, help="Envoie à qui est nouveau son lien et son code.")


@click.group("volunteer", cls=french.Group)
def volunteer() -> None:
    """Les bénévoles : ajouter, importer, lister ; leur code, leurs absences."""


@volunteer.command()
@click.option("--first-name", required=True, metavar="PRÉNOM", help="Son prénom.")
@click.option("--last-name", default="", metavar="NOM", help="Son nom.")
@click.option("--phone", required=True, metavar="NUMÉRO", help="Son téléphone.")
@click.option("--email", default="", metavar="ADRESSE", help="Son adresse électronique.")
@click.option("--birth-date", default="", metavar="DATE", help="1958-03-12 ou 12/03/1958.")
@click.option("--postcode", default="", metavar="CODE", help="Son code postal.")
@click.option("--languages", default="", metavar="LANGUES", help="fr,en… (sans rien : fr).")
@click.option(
    "--available", default="", metavar="HORAIRES", help="« Mo,We 14:00-17:00 » (sans rien : toujours)."
)
@click.option(
    "--capacity", default="", metavar="N", help="Combien de personnes (sans rien : 1 ; 0 : écoutant)."
)
@click.option("--quiet", default="", metavar="HORAIRES", help="Ni SMS ni appel, comme « 12:00-14:00 ».")
@click.option("--weekly-cap", default="", metavar="N", help="Appels par semaine au plus (sans rien : libre).")
@click.option("--on-site", is_flag=True, help="Accepte aussi les missions sur place.")
@click.option("--note", default="", metavar="TEXTE", help="Pour les coordinateurs.")
@click.option("--trainee", is_flag=True, help="Débute : appelle en tandem avec un tuteur.")
@click.option("--mentor", default="", metavar="NUMÉRO", help="Son tuteur, un autre bénévole.")
@_pending
@_welcome
def add(pending: bool, welcome: bool, on_site: bool, trainee: bool, mentor: str, **columns: str) -> None:
    """Ajoute un bénévole ; met à jour celui qui a déjà ce numéro ou cette adresse."""
    given = {name: text for name, text in columns.items() if text}
    values = given | ({"on_site": "oui"} if on_site else {})
    hotline, table = product(), Table(tuple(values), [Row(1, values)])

    def join(session: Session, report: SheetReport) -> None:
        if report.accepted and (trainee or mentor):
            added = whom.volunteer(session, hotline, columns["phone"])
            tandems.join(session, added, whom.volunteer(session, hotline, mentor) if mentor else None)

    report = _add(hotline, table, pending=pending, welcome=welcome, then=join)
    row = report.rows[0]
    if row.outcome is Outcome.REFUSED:
        raise HotlineError(row.reason)
    words = {Outcome.CREATED: "ajouté", Outcome.UPDATED: "mis à jour"}
    more = f" ({row.reason})" if row.reason else ""
    printing.say(f"{row.who} : {words.get(row.outcome, 'inchangé')}{more}.")


@volunteer.command("list")
def list_() -> None:
    """Liste les bénévoles, numéros masqués."""
    with product().database.read() as session:
        known = session.scalars(select(Volunteer).order_by(Volunteer.id)).all()
    printing.table(
        ("id", "nom", "téléphone", "état", "langues", "disponible", "capacité"),
        [_cells(volunteer) for volunteer in known],
    )


def _cells(known: Volunteer) -> tuple[str, ...]:
    return (
        str(known.id),
        f"{known.first_name} {known.last_name}".strip(),
        str(PhoneNumber(known.phone.number)),
        _STATES[known.state],
        known.languages,
        known.available or "toujours",
        str(known.capacity),
    )


def _add(hotline: Hotline, table: Table, *, pending: bool, welcome: bool, then: Then) -> SheetReport:
    """Add somebody in one transaction with what comes `then`, and note it."""
    if welcome and pending:
        raise HotlineError(volunteer_import.NOT_TOGETHER)
    at = hotline.clock.now()
    with hotline.database.write() as session:
        report = imports.volunteers(session, table, hotline.line, at, pending=pending, welcome=welcome)
        then(session, report)
        if report.accepted:
            subject = printing.count(len(report.rows), "ligne")
            custody.note(session, at, actor=actor(), action="volunteer.import", subject=subject)
    return report


for command in (
    volunteer_import.import_,
    volunteer_import.imports,
    volunteer_care.pin,
    volunteer_care.away,
    volunteer_care.back,
):
    volunteer.add_command(command)
