"""`hotline missions`."""

import click

from hotline.cli import french, printing
from hotline.cli.product import product
from hotline.services.missions import offered, refusals


@click.group("missions", cls=french.Group)
def missions() -> None:
    """Notre mission publiée sur la Réserve civique."""


@missions.command()
@click.pass_context
def check(context: click.Context) -> None:
    """Dit, mission par mission, ce que la plateforme refuserait.

    Se termine par un code non nul dès qu'une mission serait refusée, ou qu'il manque un renseignement sur
    l'association.
    """
    hotline = product()
    with hotline.database.read() as session:
        ours = offered.as_written(session, hotline.line)
    gaps, well = offered.gaps(hotline.line), True
    for gap in gaps:
        printing.mark(gap, ok=False)
    for mission in ours:
        faults = refusals.of(mission)
        for fault in faults:
            printing.mark(f"{mission.client_id} : {fault.says}", ok=False)
        if not faults:
            printing.mark(f"{mission.client_id} : {printing.count(mission.places, 'place')}", ok=True)
        well = well and not faults
    printing.say(f"Le flux : {hotline.address('/missions.xml')}")
    context.exit(0 if well and not gaps else 1)
