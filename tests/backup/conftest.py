"""A line that has lived, and empty places with settings of their own to put it back in."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, select
from sqlalchemy.engine import make_url

from hotline import bootstrap
from hotline.backup import making, restoring
from hotline.bootstrap import Hotline
from hotline.clock import Clock
from hotline.crypto import new_key
from hotline.db import Database
from hotline.settings import load
from tests.conftest import StoppedClock
from tests.databases import ENCRYPTION_KEY
from tests.databases import made as a_database

SOUND = b"RIFF" + os.urandom(200_000)


def silent(_what: str, _done: int, _total: int | None) -> None:
    """Say nothing."""


@dataclass
class Place:
    """Somewhere else: a folder, a database, a store and a file of keys of its own."""

    hotline: Hotline
    folder: Path

    def restore(self, file: Path) -> restoring.Restored:
        return restoring.restore(self.hotline, file, self.hotline.clock.now(), silent, actor="essai")


Places = Callable[..., Place]


@pytest.fixture(autouse=True)
def config(environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The association's own rules; nothing of the product's own is ever written to."""
    file = tmp_path / "config" / "hotline.toml"
    file.parent.mkdir()
    file.write_text('[hours]\nopen = "Mo-Fr 09:00-12:00"\n')
    monkeypatch.setenv("HOTLINE_CONFIG", str(file))
    return file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "un.sauvegarde"


@pytest.fixture
def elsewhere(
    request: pytest.FixtureRequest, tmp_path: Path, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Places]:
    """Makes an empty place on an engine; its key file holds a new key and then the old one."""
    made: list[Hotline] = []
    ended = ExitStack()

    def make(engine: str = "sqlite", *, keys: str | None = None, on: Clock = clock, **settings: Any) -> Place:
        folder = tmp_path / f"elsewhere{len(made)}"
        (folder / "secrets").mkdir(parents=True)
        key_file = folder / "secrets" / "keys"
        key_file.write_text(f"{new_key()},{ENCRYPTION_KEY}\n" if keys is None else keys)
        monkeypatch.delenv("HOTLINE_ENCRYPTION_KEYS", raising=False)
        monkeypatch.setenv("HOTLINE_ENCRYPTION_KEYS_FILE", str(key_file))
        url = f"sqlite:///{folder}/var/hotline.db"
        if engine == "postgres":
            server = make_url(request.getfixturevalue("postgres_server"))
            fresh, _admin = ended.enter_context(a_database(server))
            url = fresh.render_as_string(hide_password=False)
        values = {
            "DATABASE_URL": url,
            "HOTLINE_RECORDINGS_URL": f"file:{folder}/recordings",
            "HOTLINE_CONFIG": str(folder / "config" / "hotline.toml"),
        }
        (folder / "config").mkdir()
        (folder / "config" / "hotline.toml").write_text("")
        product = bootstrap.build(load(**values | settings), on)
        made.append(product)
        return Place(product, folder)

    yield make
    for product in made:
        product.database.close()
    ended.close()


def contents(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in a database, sealed values as they are; the same on both engines."""
    with database.engine.connect().execution_options(hotline_read=True) as connection:
        found = MetaData()
        found.reflect(connection)
        return {
            table.name: sorted(
                (
                    tuple(map(_comparable, row))
                    for row in connection.execute(select(*(table.c[name] for name in sorted(table.c.keys()))))
                ),
                key=repr,
            )
            for table in found.tables.values()
        }


def _comparable(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


def back_up(hotline: Hotline, file: Path) -> making.Made:
    return making.make(hotline, file, hotline.clock.now(), silent)
