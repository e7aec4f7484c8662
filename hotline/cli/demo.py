"""`hotline demo-data`."""

import click

from hotline.cli import french, printing
from hotline.cli.product import product
from hotline.services import demo


@click.command("demo-data", cls=french.Command)
def demo_data() -> None:
    """Ajoute des bénévoles et des écoutants fictifs, une seule fois : leurs numéros n'existent pas."""
    hotline = product()
    with hotline.database.write() as session:
        prepared = demo.prepare(session, hotline.line, hotline.clock.now())
    volunteers = printing.count(prepared.volunteers, "bénévole ajouté")
    printing.say(f"{volunteers}, {printing.count(prepared.shifts, 'permanence ajoutée')}.")
