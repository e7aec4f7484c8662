"""Recordings into a backup and out of it, as the store keeps them: already sealed."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Final

from hotline.backup.errors import BackupError
from hotline.store import NotStored, Store

_UNFINISHED: Final = "restoring"
"""Under this key lies, for as long as it takes, the word that what is beside it is a restore half done."""


def kept(store: Store) -> Iterator[tuple[str, bytes]]:
    """Return every recording; one that was removed meanwhile is left out."""
    for key in store.keys():  # noqa: SIM118 - a store is no mapping
        if key == _UNFINISHED:
            continue
        try:
            yield key, store.get(key)
        except NotStored:
            continue


class Filling:
    """An empty store being filled."""

    def __init__(self) -> None:
        self.meant_to_stay = False


@contextmanager
def filled(store: Store) -> Iterator[Filling]:
    """Let an empty store be filled, wholly or not at all: what a killed restore left is removed first.

    From `meant_to_stay` on nothing is removed any more, unless it is sure that it was in vain. Raises
    BackupError when there are recordings of somebody else's.
    """
    unfinished = store.exists(_UNFINISHED)
    if not unfinished and next(store.keys(), None) is not None:
        raise BackupError(
            "Le dépôt des enregistrements n'est pas vide, et une sauvegarde ne se remet que dans un "
            "dépôt vide : donnez un autre HOTLINE_RECORDINGS_URL, ou mettez d'abord ce dossier de côté."
        )
    store.put(_UNFINISHED, b"")
    filling = Filling()
    try:
        if unfinished:
            _empty(store)
        yield filling
    except BaseException as error:
        if isinstance(error, BackupError) or not filling.meant_to_stay:
            _empty(store)
            store.delete(_UNFINISHED)
        raise
    store.delete(_UNFINISHED)


def _empty(store: Store) -> None:
    """Remove everything but the word that this goes on, some hundred keys in memory at a time."""
    while found := list(islice((key for key in store.keys() if key != _UNFINISHED), 500)):  # noqa: SIM118
        for key in found:
            store.delete(key)
