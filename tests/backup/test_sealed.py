"""The envelope: what comes out is what went in, whole and in order, or nothing."""

import io
import os
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.backup.errors import BackupError
from hotline.backup.sealed import CHUNK, Opened, Sealing
from hotline.services.custody import fingerprint

NEW, OLD, OTHER = (os.urandom(32) for _ in range(3))
CONTENT = os.urandom(3 * CHUNK + 1000)
Damage = Callable[[bytes], bytes]


def sealed(*parts: bytes, keys: tuple[bytes, ...] = (NEW, OLD)) -> bytes:
    out = io.BytesIO()
    sealing = Sealing(out, keys, version="0.1.0", at=datetime(2026, 11, 24, 13, 0, tzinfo=UTC))
    for part in parts:
        sealing.write(part)
    sealing.finish()
    return out.getvalue()


def opened(data: bytes, *keys: bytes) -> bytes:
    found = Opened(io.BytesIO(data), keys or (NEW, OLD))
    content = found.read(10 * CHUNK)
    found.finish()
    return content


def chunks(data: bytes) -> tuple[bytes, list[bytes]]:
    """The header, and the sealed chunks with their lengths."""
    start = data.index(b"\n", data.index(b"\n") + 1) + 1
    head, rest, found = data[:start], data[start:], []
    while rest:
        size = 4 + int.from_bytes(rest[:4])
        found.append(rest[:size])
        rest = rest[size:]
    return head, found


def rearranged(order: tuple[int, ...]) -> Damage:
    def damage(data: bytes) -> bytes:
        head, found = chunks(data)
        return head + b"".join(found[place] for place in order)

    return damage


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 2 * CHUNK), max_size=4))
def test_what_went_in_comes_out_however_it_was_cut_into_pieces(sizes: list[int]) -> None:
    parts = [CONTENT[:size] for size in sizes]
    assert opened(sealed(*parts)) == b"".join(parts)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_a_content_that_fills_its_chunks_is_whole(size: int) -> None:
    assert opened(sealed(CONTENT[:size])) == CONTENT[:size]


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (rearranged((1, 0, 2, 3)), "abîmée"),
        (rearranged((0, 2, 3)), "abîmée"),
        (rearranged((0, 0, 1, 2, 3)), "abîmée"),
        (rearranged((0, 1, 3)), "abîmée"),
        (rearranged((0, 1, 2, 3, 3)), "abîmée"),
        (rearranged((0, 1, 2)), "fin manque"),
        (rearranged(()), "fin manque"),
        (lambda data: data[:-1], "fin manque"),
        (lambda data: data[: len(data) // 2], "fin manque"),
        (lambda data: data[:40], "fin manque"),
        (lambda data: data + b"x", "abîmée"),
        (lambda data: data + data, "abîmée"),
        (lambda data: data[:-5000] + bytes([data[-5000] ^ 1]) + data[-4999:], "abîmée"),
        (lambda data: data.replace(b'"made_at": "2026', b'"made_at": "2025'), "abîmée"),
        (lambda data: data.replace(b'"salt": "', b'"salt": "zz'), "abîmée"),
        (lambda data: data.replace(b"{", b"", 1), "abîmée"),
        (lambda data: data.replace(b"backup 1\n", b"backup 2\n"), "plus récente"),
        (lambda _data: b"", "n'est pas une sauvegarde"),
        (lambda _data: b"PK\x03\x04 a zip file\n" * 100, "n'est pas une sauvegarde"),
    ],
)
def test_whatever_was_cut_swapped_repeated_appended_or_changed_does_not_open(
    damage: Damage, says: str
) -> None:
    with pytest.raises(BackupError, match=says):
        opened(damage(sealed(CONTENT)))


def test_chunks_of_another_backup_with_the_same_key_do_not_fit() -> None:
    head, (first, *_) = chunks(sealed(CONTENT))
    _, (_, *others) = chunks(sealed(CONTENT))
    with pytest.raises(BackupError, match="abîmée"):
        opened(head + first + b"".join(others))


def test_every_key_that_was_in_use_must_be_at_hand() -> None:
    data = sealed(b"content")
    assert opened(data, OTHER, OLD, NEW) == b"content"
    with pytest.raises(BackupError, match=f"demande la clé {fingerprint(OLD)}"):
        opened(data, NEW)
    with pytest.raises(BackupError, match=f"demande les clés {fingerprint(NEW)}, {fingerprint(OLD)}"):
        opened(data, OTHER)


def test_the_header_names_no_key_and_no_content() -> None:
    head, _ = chunks(sealed(b"Odette Martin"))
    assert NEW.hex().encode() not in head
    assert b"Odette" not in sealed(b"Odette Martin")
