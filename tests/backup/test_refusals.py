"""What cannot be put back is refused with a sentence, and leaves the place as it was."""

from collections.abc import Callable
from pathlib import Path

import pytest

from hotline.backup.errors import BackupError
from hotline.bootstrap import Hotline
from hotline.crypto import decode_key, new_key
from hotline.services import custody
from tests.backup.conftest import SOUND, Place, Places, back_up
from tests.databases import ENCRYPTION_KEY, on_sqlite
from tests.people import add_caller

pytestmark = on_sqlite

Damage = Callable[[bytes], bytes]


@pytest.fixture
def line(hotline: Hotline) -> Hotline:
    """A line with a person and four megabytes of sound."""
    add_caller(hotline, "+33639980001", "Odette Martin")
    for number in range(20):
        hotline.store.put(f"RE{number}", SOUND)
    return hotline


def traces(place: Place) -> list[str]:
    """Every file in a place, but its keys, its settings and the empty database that is looked into."""
    found = (file for file in place.folder.rglob("*") if file.is_file())
    kept = ("secrets", "config")
    return [
        str(file.relative_to(place.folder))
        for file in found
        if file.relative_to(place.folder).parts[0] not in kept and not file.name.startswith("hotline.db")
    ] + [file.name for file in place.folder.rglob("*restoring*")]


def refused(place: Place, file: Path) -> str:
    with pytest.raises(BackupError) as error:
        place.restore(file)
    assert traces(place) == []
    return str(error.value)


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda data: data[: len(data) * 2 // 3], "fin manque"),
        (lambda data: data[:-50] + bytes([data[-50] ^ 1]) + data[-49:], "abîmée"),
        (lambda _data: b"PK\x03\x04 a zip file\n" * 100, "n'est pas une sauvegarde"),
    ],
)
def test_a_damaged_or_foreign_file_is_refused(
    line: Hotline, file: Path, elsewhere: Places, damage: Damage, says: str
) -> None:
    back_up(line, file)
    file.write_bytes(damage(file.read_bytes()))
    place = elsewhere()
    assert says in refused(place, file)


def test_a_wrong_key_is_refused_and_the_right_one_named(line: Hotline, file: Path, elsewhere: Places) -> None:
    back_up(line, file)
    wanted = custody.fingerprint(decode_key(ENCRYPTION_KEY))
    said = refused(elsewhere(keys=new_key()), file)
    assert f"demande la clé {wanted}" in said
    assert "HOTLINE_ENCRYPTION_KEYS" in said
    assert ENCRYPTION_KEY not in said


def test_a_database_with_a_row_is_refused(line: Hotline, file: Path, elsewhere: Places) -> None:
    back_up(line, file)
    place = elsewhere()
    place.restore(file)
    (place.folder / "recordings").rename(place.folder / "aside")
    with pytest.raises(BackupError, match=r"contient déjà des données .*audit"):
        place.restore(file)
    assert not (place.folder / "recordings").exists()


def test_a_store_with_a_recording_is_refused_and_left_alone(
    line: Hotline, file: Path, elsewhere: Places
) -> None:
    back_up(line, file)
    place = elsewhere()
    place.hotline.store.put("RE77", b"somebody's voice")
    with pytest.raises(BackupError, match="dépôt des enregistrements n'est pas vide"):
        place.restore(file)
    assert list(place.hotline.store.keys()) == ["RE77"]


def test_a_line_that_runs_on_the_empty_database_is_seen(
    line: Hotline, file: Path, elsewhere: Places, sqlite_template: Path
) -> None:
    back_up(line, file)
    place = elsewhere()
    target = place.hotline.settings.sqlite_file
    assert target is not None
    target.parent.mkdir()
    target.write_bytes(sqlite_template.read_bytes())
    with place.hotline.database.engine.connect() as web:
        web.exec_driver_sql("SELECT 1")
        other = elsewhere(DATABASE_URL=place.hotline.database.url)
        assert "La ligne tourne" in refused(other, file)
    place.hotline.database.close()
    other.restore(file)


def test_a_file_that_is_there_is_not_written_over(line: Hotline, file: Path) -> None:
    file.write_text("something else")
    with pytest.raises(BackupError, match="existe déjà"):
        back_up(line, file)
    assert file.read_text() == "something else"


def test_a_folder_that_cannot_be_written_leaves_nothing(line: Hotline, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="ne peut pas être écrite"):
        back_up(line, tmp_path / "nowhere" / "un.sauvegarde")
    back_up(line, tmp_path / "un.sauvegarde")
    assert (tmp_path / "un.sauvegarde").stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.glob(".*.part")) == []
