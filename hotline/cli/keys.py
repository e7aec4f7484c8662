"""`hotline keys`."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from hotline import crypto
from hotline.bootstrap import Hotline
from hotline.cli import french, printing
from hotline.cli.product import actor, product
from hotline.errors import HotlineError
from hotline.services import custody, rotation
from hotline.services.rotation import Place
from hotline.store.opening import open_unsealed


@click.group("keys", cls=french.Group)
def keys() -> None:
    """Les clés de chiffrement : en faire une, confirmer une copie, tout chiffrer avec la nouvelle."""


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


@keys.command()
def rotate() -> None:
    """Chiffre tout de nouveau avec la première clé de HOTLINE_ENCRYPTION_KEYS.

    La ligne peut travailler pendant ce temps ; arrêtée, la commande reprend où elle en était.
    Avant de la lancer : la nouvelle clé en tête de la liste, l'ancienne derrière, et tout redémarré.
    """
    hotline = product()
    hotline.database.rewrap_index_key()
    with _progress() as progress:
        values = sum(_renew(hotline, progress, place) for place in rotation.places())
        sounds = _renew_audio(hotline, progress)
    with hotline.database.write() as session:
        custody.note(session, hotline.clock.now(), actor=actor(), action="keys.rotate", subject="all")
    _require_nothing_left(hotline)
    said = f"{printing.count(values, 'valeur')}, {printing.count(sounds, 'enregistrement')}"
    printing.say(f"Tout est chiffré avec la nouvelle clé ({said} chiffrés de nouveau).")
    printing.say(
        "L'ancienne clé peut quitter HOTLINE_ENCRYPTION_KEYS. Gardez-la avec les sauvegardes faites "
        "jusqu'ici : elles ne s'ouvrent qu'avec elle. Puis « hotline keys confirm » pour la nouvelle."
    )


def _renew(hotline: Hotline, progress: Progress, place: Place) -> int:
    ring = hotline.database.cipher
    with hotline.database.read() as session:
        left = rotation.left(session, ring, place)
    task = progress.add_task(place.table.name, total=left, visible=left > 0)
    renewed, after = 0, 0 if left else None
    while after is not None:
        with hotline.database.write() as session:
            step = rotation.renew(session, ring, place, after)
        renewed, after = renewed + step.renewed, step.after
        progress.advance(task, rotation.AT_ONCE)
    return renewed


def _renew_audio(hotline: Hotline, progress: Progress) -> int:
    kept, renewed = open_unsealed(hotline.settings.environment.recordings_url), 0
    task = progress.add_task("enregistrements", total=None)
    for key in kept.keys():  # noqa: SIM118 -- a store is no mapping
        renewed += rotation.renew_audio(kept, hotline.database.cipher, key)
        progress.advance(task)
    return renewed


def _require_nothing_left(hotline: Hotline) -> None:
    with hotline.database.read() as session:
        left = sum(rotation.left(session, hotline.database.cipher, place) for place in rotation.places())
    if left:
        raise HotlineError(
            f"{printing.count(left, 'ligne')} de la base viennent d'être écrites avec l'ancienne clé : un "
            "processus tourne encore avec l'ancienne liste. Redémarrez tout, puis relancez "
            "« hotline keys rotate »."
        )


@contextmanager
def _progress() -> Iterator[Progress]:
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()) as progress:
        yield progress
