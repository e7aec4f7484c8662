"""Encryption at rest: sealed for one place, opened with any key of the ring, indexed without being read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.crypto import BadKeyError, KeyRing, UnreadableSecretError, Vault, decode_key, new_key

OLD, NEW = decode_key(new_key()), decode_key(new_key())


@given(st.binary(), st.binary())
def test_what_is_sealed_opens_in_its_own_place(plain: bytes, context: bytes) -> None:
    ring = KeyRing([NEW])
    sealed = ring.encrypt(plain, context)
    assert ring.decrypt(sealed, context) == plain


def test_a_sealed_value_moved_to_another_column_does_not_open() -> None:
    ring = KeyRing([NEW])
    with pytest.raises(UnreadableSecretError):
        ring.decrypt(ring.encrypt(b"Odette", b"callers.names"), b"callers.note")


def test_a_changed_byte_is_noticed() -> None:
    ring = KeyRing([NEW])
    sealed = bytearray(ring.encrypt(b"Odette", b"callers.names"))
    for position in range(len(sealed)):
        changed = bytes(sealed[:position]) + bytes([sealed[position] ^ 1]) + bytes(sealed[position + 1 :])
        with pytest.raises(UnreadableSecretError):
            ring.decrypt(changed, b"callers.names")


def test_an_older_key_still_opens_and_the_newest_seals() -> None:
    sealed_before = KeyRing([OLD]).encrypt(b"Odette", b"c")
    both = KeyRing([NEW, OLD])
    assert both.decrypt(sealed_before, b"c") == b"Odette"
    with pytest.raises(UnreadableSecretError, match="HOTLINE_ENCRYPTION_KEYS"):
        KeyRing([OLD]).decrypt(both.encrypt(b"Odette", b"c"), b"c")


def test_the_same_text_is_never_sealed_twice_alike() -> None:
    ring = KeyRing([NEW])
    assert ring.encrypt(b"Odette", b"c") != ring.encrypt(b"Odette", b"c")


def test_the_index_is_the_same_for_the_same_text_and_kind_only() -> None:
    vault, other = Vault(KeyRing([NEW]), b"i" * 32), Vault(KeyRing([NEW]), b"j" * 32)
    index = vault.index("+33639980001", b"phone")
    assert index == vault.index("+33639980001", b"phone")
    assert len({index, vault.index("+33639980001", b"email"), other.index("+33639980001", b"phone")}) == 3
    assert b"639980001" not in index


@pytest.mark.parametrize("text", ["", "abc", "é" * 43, "A" * 42, "=" * 44])
def test_a_text_that_is_no_key_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(BadKeyError):
        decode_key(text)
