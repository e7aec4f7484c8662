"""The wording of an offer: who, where, what is wished, until when; one segment, with what fits of all that.

A wish comes as wordings, the fullest first (`wish` and `cover` make them); names are cut to twenty letters.
"""

from collections.abc import Iterator, Sequence

from callflows.gsm import fitting
from callflows.names import short_name, someone
from callflows.spoken import written_number
from callflows.wordings import Wordings


def wish(words: Wordings, *, recurring: bool, rhythm: str | None = None) -> list[str]:
    """What a caller wishes; `rhythm` as in "chaque mardi à 15 h"."""
    if not recurring:
        return [words.phrase("texts.one_off")]
    regular = words.phrase("texts.recurring")
    return [words.phrase("texts.rhythm", rhythm=rhythm), regular] if rhythm else [regular]


def cover(words: Wordings, *, when: str, holder: str | None) -> list[str]:
    """One call in somebody's stead, at a moment such as "demain à 15 h"."""
    name, alone = short_name(holder), words.phrase("texts.cover", when=when)
    return [words.phrase("texts.cover_for", when=when, holder=name), alone] if name else [alone]


def offer(
    words: Wordings,
    *,
    reference: int,
    volunteer: str | None,
    caller: str | None,
    place: str | None,
    wishes: Sequence[str],
    answer_by: str,
) -> str:
    """Offer a caller to a volunteer; ends "OUI 42 ou NON 42". `answer_by` is local wording such as "18 h"."""
    return fitting(
        *(
            words.phrase(
                "texts.offer",
                line=words.phrase("line.name"),
                volunteer=name,
                caller=who,
                wish=wished,
                answer_by=answer_by,
                reference=reference,
            )
            for name in _addressees(words, volunteer)
            for wished in wishes
            for who in _with_and_without_place(words, caller, place)
        )
    )


def offer_one_way(
    words: Wordings,
    *,
    volunteer: str | None,
    caller: str | None,
    place: str | None,
    wishes: Sequence[str],
    answer_by: str,
    line: str,
    link: str,
) -> str:
    """The same offer from a sender that nobody can answer: their page, or a call to `line` (E.164)."""
    where = {"link": link, "number": written_number(line)}
    full = (
        words.phrase(
            "texts.offer_one_way", volunteer=name, caller=who, wish=wished, answer_by=answer_by, **where
        )
        for name in _addressees(words, volunteer)
        for wished in wishes
        for who in _with_and_without_place(words, caller, place)
    )
    return fitting(*full, *_shorter(words, someone(words, caller), wishes[-1], answer_by, where))


def _shorter(
    words: Wordings, caller: str, wished: str, answer_by: str, where: dict[str, str]
) -> Iterator[str]:
    yield words.phrase("texts.offer_one_way_short", caller=caller, wish=wished, answer_by=answer_by, **where)
    yield words.phrase("texts.offer_one_way_shortest", caller=caller, wish=wished, **where)


def _addressees(words: Wordings, volunteer: str | None) -> list[str]:
    hello, name = words.phrase("texts.no_name"), short_name(volunteer)
    return [name, hello] if name else [hello]


def _with_and_without_place(words: Wordings, caller: str | None, place: str | None) -> list[str]:
    who = someone(words, caller)
    where = short_name(place)
    return [words.phrase("texts.place", caller=who, place=where), who] if where else [who]
