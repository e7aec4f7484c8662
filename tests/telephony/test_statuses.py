"""Receipts only move a text forward."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.telephony.statuses import call_is_over, newer

LIFE = ["queued", "sending", "sent", "delivered"]
FINAL = ["delivered", "undelivered", "failed", "canceled"]
words = st.sampled_from([*LIFE, *FINAL, "accepted", "scheduled", "read", "bogus", ""])


def test_a_text_goes_from_queued_to_delivered() -> None:
    assert all(newer(old, new) for old, new in itertools.pairwise(LIFE))
    assert newer("accepted", "queued")
    assert newer("", "queued")


@pytest.mark.parametrize("final", FINAL)
@given(late=words)
def test_a_final_receipt_is_the_last_word(final: str, late: str) -> None:
    assert not newer(final, late)


@given(receipts=st.lists(words))
def test_whatever_the_order_of_receipts_the_text_never_goes_back(receipts: list[str]) -> None:
    seen = ["queued"]
    for receipt in receipts:
        if newer(seen[-1], receipt):
            seen.append(receipt)
    ranks = [LIFE.index(status) if status in LIFE else 3 for status in seen]
    assert ranks == sorted(set(ranks))


def test_an_unknown_word_changes_nothing() -> None:
    assert not newer("sent", "teleported")


def test_a_call_is_over_only_with_a_final_word() -> None:
    assert [s for s in ("queued", "ringing", "in-progress", "completed", "busy", "") if call_is_over(s)] == [
        "completed",
        "busy",
    ]
