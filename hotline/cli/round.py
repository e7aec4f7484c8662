"""`hotline round`."""

from datetime import datetime

import click

from hotline.cli import french, printing
from hotline.cli.product import on_our_clock, product
from hotline.services import rounds
from hotline.services.line import Line
from hotline.services.rounds import RoundReport
from scheduler import jobs

_SOMEONE = "une personne sans nom"


@click.command("round", cls=french.Command)
@click.option("--at", type=french.Moment(), help="Comme si c'était ce moment (ISO 8601, heure de la ligne).")
@click.option(
    "--explain",
    type=french.Whole(),
    metavar="DEMANDE",
    help="Dit qui serait proposé et pourquoi, sans rien proposer.",
)
def assignment_round(at: datetime | None, explain: int | None) -> None:
    """Un tour d'attribution maintenant, avec ses raisons ; des noms, jamais de numéros."""
    hotline = product()
    moment = on_our_clock(hotline, at) or hotline.clock.now()
    if explain is not None:
        with hotline.database.read() as session:
            for sentence in rounds.explain(session, hotline.line, explain, moment):
                printing.say(sentence)
        return
    plan, offered = jobs.hold_round(hotline, moment)
    with hotline.database.read() as session:
        tell(hotline.line, rounds.report(session, plan, offered))


def tell(line: Line, report: RoundReport) -> None:
    """Print who was offered to whom, and why the others still wait."""
    if report.closed_until:
        until = f"{line.local(report.closed_until):%d/%m à %H:%M}"
        printing.say(f"Hors des heures d'envoi : les propositions partiront à partir du {until}.")
    for offer in report.offers:
        printing.say(
            f"Demande {offer.request_id} : {offer.caller_name or _SOMEONE}, "
            f"proposition {offer.assignment_id} à {offer.volunteer_name}"
            f"{' pour un seul appel' if offer.cover else ' sur place' if offer.errand else ''}."
        )
    for unserved in report.waiting:
        printing.say(
            f"Demande {unserved.request_id} : {unserved.caller_name or _SOMEONE} attend : {unserved.why}."
        )
    offers, waiting = len(report.offers), len(report.waiting)
    printing.say(f"{printing.count(offers, 'proposition')}, {printing.count(waiting, 'demande')} en attente.")
