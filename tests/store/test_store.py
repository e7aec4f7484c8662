"""The same promises kept on disk and in a bucket, sealed or not."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.backup import recordings
from hotline.backup.errors import BackupError
from hotline.crypto import KeyRing, UnreadableSecretError
from hotline.store import NotStored, Store, StoreError, open_store
from hotline.store.base import probe
from hotline.store.encrypted import EncryptedStore
from hotline.store.local import LocalStore
from tests.conftest import missing

KEY = "RE" + "a" * 32
RING = KeyRing([b"k" * 32])
BUCKET = "recordings"


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    absent = [name for name in ("boto3", "moto", "obstore") if find_spec(name) is None]
    if absent:
        missing("s3", f"not installed: {', '.join(absent)}")
    import boto3  # noqa: PLC0415
    from moto.server import ThreadedMotoServer  # noqa: PLC0415

    server = ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "eu-west-3"}
    client = boto3.client("s3", endpoint_url=endpoint, **keys)
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
    client.close()
    yield endpoint
    server.stop()


@pytest.fixture
def bucket_settings(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    for name, value in {
        "AWS_ENDPOINT_URL": s3_endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "eu-west-3",
    }.items():
        monkeypatch.setenv(name, value)
    return f"s3://{BUCKET}"


@pytest.fixture(params=["disk", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "disk":
        return open_store(f"file:{tmp_path}/recordings", RING)
    return open_store(f"{request.getfixturevalue('bucket_settings')}/{tmp_path.name}/", RING)


def test_what_was_put_comes_back(store: Store) -> None:
    store.put(KEY, b"RIFF sound")
    assert store.get(KEY) == b"RIFF sound"
    assert store.exists(KEY)


def test_a_long_message_comes_back(store: Store) -> None:
    sound = os.urandom(3_000_000)
    store.put(KEY, sound)
    assert store.get(KEY) == sound


def test_a_second_put_replaces_the_first(store: Store) -> None:
    store.put(KEY, b"first")
    store.put(KEY, b"second")
    assert store.get(KEY) == b"second"


def test_nothing_is_found_under_an_unknown_key(store: Store) -> None:
    assert not store.exists(KEY)
    with pytest.raises(NotStored):
        store.get(KEY)


def test_what_was_deleted_is_gone_and_may_be_deleted_again(store: Store) -> None:
    store.put(KEY, b"sound")
    store.delete(KEY)
    store.delete(KEY)
    assert not store.exists(KEY)


def test_every_key_is_listed_and_nothing_else(store: Store, tmp_path: Path) -> None:
    (tmp_path / "recordings" / "00").mkdir(parents=True, exist_ok=True)
    (tmp_path / "recordings" / "00" / ".RE1.0.part").write_bytes(b"half")
    (tmp_path / "recordings" / "notes").write_bytes(b"somebody's")
    assert list(store.keys()) == []
    for number in range(5):
        store.put(f"RE{number}", b"sound")
    store.put("prompt-abc_-", b"sound")
    store.delete("RE3")
    assert set(store.keys()) == {"RE0", "RE1", "RE2", "RE4", "prompt-abc_-"}


def _put_one_and_fail(store: Store) -> None:
    store.put("RE1", b"sound")
    store.get("RE404")


def test_a_restore_into_a_store_is_whole_or_nothing(store: Store) -> None:
    with pytest.raises(StoreError), recordings.filled(store):
        _put_one_and_fail(store)
    assert list(store.keys()) == []
    with recordings.filled(store):
        store.put("RE1", b"sound")
    assert dict(recordings.kept(store)) == {"RE1": b"sound"}
    with pytest.raises(BackupError, match="n'est pas vide"), recordings.filled(store):
        pass


def test_a_working_store_passes_its_check_and_keeps_no_probe(store: Store, tmp_path: Path) -> None:
    store.check()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "key", ["", "..", "../x", "a/b", "/etc/passwd", "a\\b", "a\0b", "é", "a\n", "x" * 129]
)
def test_no_key_names_another_place(store: Store, key: str) -> None:
    actions: list[Callable[[], object]] = [
        lambda: store.put(key, b"x"),
        lambda: store.get(key),
        lambda: store.delete(key),
        lambda: store.exists(key),
    ]
    for action in actions:
        with pytest.raises(StoreError, match="identifiant"):
            action()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(key=st.text(min_size=1, max_size=20), data=st.binary(max_size=200))
def test_every_file_written_lies_inside_the_folder(tmp_path: Path, key: str, data: bytes) -> None:
    folder = tmp_path / "in" / "recordings"
    try:
        LocalStore(folder).put(key, data)
        kept = LocalStore(folder).get(key)
    except StoreError:
        kept = data
    assert kept == data
    outside = [path for path in tmp_path.rglob("*") if path.is_file() and folder not in path.parents]
    assert outside == []


def test_sound_on_disk_cannot_be_read_by_others_nor_without_the_key(tmp_path: Path) -> None:
    open_store(f"file:{tmp_path}/recordings", RING).put(KEY, b"RIFF a voice")
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert b"voice" not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in file.parents[:2]] == [0o700, 0o700]


def test_sound_moved_under_another_key_does_not_open() -> None:
    plain = _Kept()
    sealed = EncryptedStore(plain, RING)
    sealed.put(KEY, b"a voice")
    plain.put("REother", plain.get(KEY))
    assert sealed.get(KEY) == b"a voice"
    with pytest.raises(UnreadableSecretError):
        sealed.get("REother")


def test_a_store_that_spoils_what_it_keeps_fails_its_check() -> None:
    with pytest.raises(StoreError, match="autre chose"):
        _Kept(spoil=True).check()


def test_an_older_key_of_the_ring_still_opens(tmp_path: Path) -> None:
    open_store(f"file:{tmp_path}", RING).put(KEY, b"a voice")
    rotated = KeyRing([b"n" * 32, b"k" * 32])
    assert open_store(f"file:{tmp_path}", rotated).get(KEY) == b"a voice"


def test_writers_at_the_same_time_leave_one_whole_value_and_no_scraps(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "recordings")
    values = [bytes([number]) * 50_000 for number in range(16)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda value: store.put(KEY, value), values))
    assert store.get(KEY) in values
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_deleting_clears_what_a_killed_writer_left(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    store.put(KEY, b"whole")
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    file.with_name(f".{KEY}.0123.part").write_bytes(b"half")
    store.delete(KEY)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_folder_that_cannot_be_written_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = open_store(f"file:{tmp_path}/file", RING)
    with pytest.raises(StoreError, match="Le dossier des enregistrements"):
        store.check()


def test_a_relative_folder_stays_where_it_was_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    store = open_store("file:var/recordings", RING)
    monkeypatch.chdir(tmp_path / "elsewhere")
    store.put(KEY, b"sound")
    assert (tmp_path / "var/recordings").is_dir()


def test_an_absolute_address_may_have_three_slashes_and_spaces(tmp_path: Path) -> None:
    open_store(f"file://{tmp_path}/mes%20messages", RING).put(KEY, b"sound")
    assert (tmp_path / "mes messages").is_dir()


@pytest.mark.parametrize(
    "url",
    ["", "file:", "file://host/folder", "var/recordings", "s3:bucket", "s3://", "s3:///prefix", "ftp://x/y"],
)
def test_an_address_that_is_none_is_refused_with_examples(url: str) -> None:
    with pytest.raises(StoreError, match="file:var/recordings"):
        open_store(url, RING)


def test_a_bucket_that_does_not_exist_is_said_in_words(bucket_settings: str) -> None:
    store = open_store(f"{bucket_settings}-absent/prefix", RING)
    with pytest.raises(StoreError, match="AWS_ENDPOINT_URL"):
        store.check()


def test_a_bucket_that_nobody_serves_is_said_in_words(
    bucket_settings: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(StoreError, match="AWS_ENDPOINT_URL"):
        open_store(bucket_settings, RING).check()


def test_without_the_extra_the_bucket_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['obstore'] = None\n"
        "from hotline.crypto import KeyRing\n"
        "from hotline.store import StoreError, open_store\n"
        "try: open_store('s3://bucket', KeyRing([b'k' * 32]))\n"
        "except StoreError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "--editable '.[s3]'" in done.stdout


def test_two_prefixes_of_one_bucket_are_two_stores(bucket_settings: str) -> None:
    open_store(f"{bucket_settings}/north", RING).put(KEY, b"north")
    open_store(bucket_settings, RING).put(KEY, b"root")
    assert not open_store(f"{bucket_settings}/south", RING).exists(KEY)
    assert open_store(f"{bucket_settings}/north/", RING).get(KEY) == b"north"


class _Kept:
    """A store in memory."""

    def __init__(self, *, spoil: bool = False) -> None:
        self.kept: dict[str, bytes] = {}
        self.spoil = spoil

    def put(self, key: str, data: bytes) -> None:
        self.kept[key] = data[::-1] if self.spoil else data

    def get(self, key: str) -> bytes:
        return self.kept[key]

    def delete(self, key: str) -> None:
        del self.kept[key]

    def exists(self, key: str) -> bool:
        return key in self.kept

    def check(self) -> None:
        probe(self)
