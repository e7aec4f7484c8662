"""`hotline sweep`."""

import math
from datetime import datetime

import click

from hotline.bootstrap import Hotline
from hotline.cli import french, printing
from hotline.cli.product import on_our_clock, product
from hotline.errors import HotlineError
from hotline.models import Sweep
from hotline.services.sweeping import keeping
from hotline.services.sweeping.keeping import Claimed
from hotline.telephony.base import TelephonyError
from scheduler import sweeping


@click.command("sweep", cls=french.Command)
@click.option(
    "--since",
    type=french.Moment(),
    help="Depuis ce moment (ISO 8601, heure de la ligne) ; sinon depuis le dernier rattrapage complet, "
    "trente jours au plus.",
)
def sweep(since: datetime | None) -> None:
    """Compare ce que l'opérateur sait avec ce que nous savons, et rapporte ce qui manque."""
    hotline = product()
    moment, at = on_our_clock(hotline, since), hotline.clock.now()
    if moment is not None and moment >= at:
        raise HotlineError("Ce moment n'est pas encore passé : donnez à --since une date d'avant maintenant.")
    claimed = hotline.database.run(lambda session: keeping.begin(session, moment, at))
    printing.say(f"Depuis le {hotline.line.local(claimed.since):%d/%m/%Y à %H:%M}…")
    for line in told(_swept(hotline, claimed)):
        printing.say(line)


def _swept(hotline: Hotline, claimed: Claimed) -> Sweep:
    try:
        done = sweeping.carry_on(hotline, claimed, math.inf)
    except TelephonyError as error:
        raise HotlineError(f"{error} L'horloge reprendra le rattrapage où il s'est arrêté.") from error
    if done is None:
        raise HotlineError("Le rattrapage n'est pas terminé : l'horloge le reprendra.")
    return done


def told(done: Sweep) -> list[str]:
    """Return what a sweep has brought home, a line for each kind."""
    counts = (
        (done.calls, "appel rapporté"),
        (done.voicemails, "message vocal rapporté"),
        (done.messages, "SMS reçu rapporté"),
        (done.sent, "SMS envoyé noté"),
        (done.receipts, "accusé de réception repris"),
    )
    lines = [printing.count(count, word) for count, word in counts if count]
    if done.broken:
        lines.append(f"{done.broken} en échec : le journal de l'horloge ou de cette commande dit pourquoi.")
    return lines or ["Rien ne manquait."]
