"""`hotline keys`."""

import click

from hotline import crypto
from hotline.cli import french, printing
from hotline.cli.product import actor, product
from hotline.services import custody


@click.group("keys", cls=french.Group)
def keys() -> None:
    """Les clés de chiffrement : en faire une, confirmer une copie."""


@keys.command()
def new() -> None:
    """Affiche une nouvelle clé, à mettre en tête de HOTLINE_ENCRYPTION_KEYS."""
    click.echo(crypto.new_key())


@keys.command()
def confirm() -> None:
    """Note qu'une copie de la clé actuelle est gardée loin de cette machine.

    Sans elle, une base ou une sauvegarde ne s'ouvre plus jamais.
    """
    hotline = product()
    key = hotline.settings.encryption_keys[0]
    with hotline.database.write() as session:
        custody.confirm(session, hotline.clock.now(), actor=actor(), key=key)
    printing.say(f"Noté : une copie de la clé {custody.fingerprint(key)} est gardée ailleurs.")
