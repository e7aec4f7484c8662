"""`hotline db`."""

import click

from hotline import migrations
from hotline.backup import upgrading
from hotline.cli import french, printing
from hotline.cli.backup import progress
from hotline.cli.product import product


@click.group("db", cls=french.Group)
def db() -> None:
    """La base de données : la mettre à jour, revenir en arrière."""


@db.command()
def upgrade() -> None:
    """Met les tables à jour, après une sauvegarde s'il y a des données ; sans effet quand elles le sont."""
    hotline = product()
    with progress() as tell:
        upgrading.upgrade(hotline, hotline.clock.now(), tell, printing.say)
    printing.say("La base est à jour.")


@db.command(context_settings={"ignore_unknown_options": True})
@click.argument("revision", default="-1")
def downgrade(revision: str) -> None:
    """Ramène les tables à une REVISION passée (-1 : la précédente, base : aucune)."""
    migrations.downgrade(product().database, revision)
    printing.say("Les tables sont revenues en arrière.")
