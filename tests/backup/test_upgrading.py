"""`hotline db upgrade` backs up first what can be lost, and a migration that fails loses nothing."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from click.testing import CliRunner, Result
from sqlalchemy import inspect, text

from hotline import bootstrap, migrations
from hotline.backup import making, series
from hotline.backup.errors import BackupError
from hotline.bootstrap import Hotline
from hotline.cli import main
from hotline.db import Database
from hotline.models import Base
from hotline.settings import load
from tests.backup.conftest import Places, contents, silent
from tests.conftest import StoppedClock

EARLIER = "0003"
Upgrade = Callable[[], Result]


@pytest.fixture
def database_url(empty_database_url: str) -> str:
    return empty_database_url


@pytest.fixture
def earlier(
    environment: Path, clock: StoppedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Hotline]:
    """A line of some versions ago, with a row in it."""
    monkeypatch.chdir(tmp_path)
    hotline = bootstrap.build(load(), clock)
    migrations.upgrade(hotline.database, EARLIER)
    with hotline.database.engine.begin() as connection:
        connection.execute(text("INSERT INTO heartbeats (name, at) VALUES ('clock', '2026-11-24 12:00:00')"))
    yield hotline
    hotline.database.close()


@pytest.fixture
def upgrade(earlier: Hotline) -> Upgrade:
    return lambda: CliRunner().invoke(main, ["db", "upgrade"], prog_name="hotline", obj=earlier)


def beside(hotline: Hotline, tmp_path: Path) -> Path:
    return (
        hotline.settings.sqlite_file.parent if hotline.settings.sqlite_file else tmp_path / "var"
    ) / "backups"


def backups(hotline: Hotline, tmp_path: Path) -> list[Path]:
    return sorted(beside(hotline, tmp_path).glob("*"))


def revision(database: Database) -> str | None:
    with database.engine.connect() as connection:
        return connection.scalar(text("SELECT version_num FROM alembic_version"))


def a_later_table(database: Database) -> str:
    """The name of a table that only a later version has."""
    return min(set(Base.metadata.tables) - set(inspect(database.engine).get_table_names()))


def test_a_database_with_data_is_backed_up_before_it_is_touched(
    earlier: Hotline, upgrade: Upgrade, tmp_path: Path, elsewhere: Places
) -> None:
    said = upgrade().stdout
    (made,) = backups(earlier, tmp_path)
    assert said.splitlines() == [
        f"Avant la mise à jour, la base est sauvegardée dans « {made} ».",
        "La base est à jour.",
    ]
    assert made.stat().st_mode & 0o777 == 0o600
    assert migrations.is_current(earlier.database)
    place = elsewhere()
    place.restore(made)
    assert migrations.is_current(place.hotline.database)
    assert "clock" in {name for name, *_ in contents_of_heartbeats(place.hotline)}


def contents_of_heartbeats(hotline: Hotline) -> list[tuple[str, ...]]:
    return [(str(row[1]),) for row in contents(hotline.database)["heartbeats"]]


def test_what_is_current_or_empty_is_not_backed_up(
    earlier: Hotline, upgrade: Upgrade, tmp_path: Path
) -> None:
    with earlier.database.engine.begin() as connection:
        connection.execute(text("DELETE FROM heartbeats"))
    assert upgrade().stdout == "La base est à jour.\n"
    assert upgrade().stdout == "La base est à jour.\n"
    assert backups(earlier, tmp_path) == []


def test_the_last_five_are_kept(
    earlier: Hotline, upgrade: Upgrade, tmp_path: Path, clock: StoppedClock
) -> None:
    folder = beside(earlier, tmp_path)
    folder.mkdir(parents=True)
    older = [
        series.dated(folder, series.BEFORE_UPGRADE, clock.now() - timedelta(days=n)) for n in range(1, 8)
    ]
    for file in (*older, folder / "somebody-elses"):
        file.write_text("earlier")
    assert upgrade().exit_code == 0
    newest = series.dated(folder, series.BEFORE_UPGRADE, clock.now())
    assert set(folder.iterdir()) == {newest, *older[:4], folder / "somebody-elses"}


def test_a_migration_that_fails_leaves_the_old_tables_and_says_how_to_go_back(
    earlier: Hotline, upgrade: Upgrade, tmp_path: Path, clock: StoppedClock
) -> None:
    blocked = a_later_table(earlier.database)
    with earlier.database.engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE {blocked} (somebody_elses INTEGER)")
    before = contents(earlier.database)
    refused = upgrade()
    (made,) = backups(earlier, tmp_path)
    assert refused.exit_code == 1
    assert "La base est comme avant" in refused.stderr
    assert f"hotline restore {made}" in refused.stderr
    assert contents(earlier.database) == before
    assert revision(earlier.database) == EARLIER
    with earlier.database.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TABLE {blocked}")
    clock.advance(timedelta(minutes=1))
    assert upgrade().exit_code == 0


def test_a_backup_that_cannot_be_written_stops_the_upgrade(
    earlier: Hotline, upgrade: Upgrade, tmp_path: Path
) -> None:
    folder = beside(earlier, tmp_path)
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("a file where a folder should be")
    assert upgrade().exit_code == 1
    assert revision(earlier.database) == EARLIER


def test_a_backup_of_a_newer_version_is_refused(earlier: Hotline, file: Path, elsewhere: Places) -> None:
    with earlier.database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    making.make(earlier, file, earlier.clock.now(), silent)
    with pytest.raises(BackupError, match="version plus récente du produit"):
        elsewhere().restore(file)
    assert ScriptDirectory.from_config(migrations.config_for(earlier.database)).get_current_head() != "9999"
