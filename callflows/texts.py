"""The wording of every SMS. Each is plain GSM-7 and fits one segment; names are cut to twenty characters."""

from collections.abc import Sequence

from callflows.gsm import plain, segments
from callflows.names import short_name, someone
from callflows.spoken import written_number
from callflows.wordings import Wordings


def offer(
    words: Wordings,
    *,
    reference: int,
    volunteer: str | None,
    caller: str | None,
    place: str | None,
    recurring: bool,
    answer_by: str,
) -> str:
    """Offer a caller to a volunteer; ends "OUI 42 ou NON 42". `answer_by` is local wording such as "18 h"."""
    return _shortest_needed(
        *(
            words.phrase(
                "texts.offer",
                line=words.phrase("line.name"),
                volunteer=_addressee(words, volunteer),
                caller=who,
                wish=_wish(words, recurring=recurring),
                answer_by=answer_by,
                reference=reference,
            )
            for who in _with_and_without_place(words, caller, place)
        )
    )


def offer_one_way(
    words: Wordings,
    *,
    volunteer: str | None,
    caller: str | None,
    place: str | None,
    recurring: bool,
    answer_by: str,
    line: str,
) -> str:
    """The same offer from a sender that nobody can answer: phone `line` (E.164) instead."""
    return _shortest_needed(
        *(
            words.phrase(
                "texts.offer_one_way",
                line=words.phrase("line.name"),
                volunteer=_addressee(words, volunteer),
                caller=who,
                wish=_wish(words, recurring=recurring),
                answer_by=answer_by,
                number=written_number(line),
            )
            for who in _with_and_without_place(words, caller, place)
        )
    )


def acknowledgement(words: Wordings) -> str:
    """To a caller who texted: somebody will phone back; 15 or 112 in danger."""
    line = words.phrase("line.name")
    return plain(words.phrase("texts.acknowledgement", line=line))


def accepted(words: Wordings, *, volunteer: str | None, caller: str | None, line: str, before: str) -> str:
    """After a yes: phone `line` (E.164) before the moment called `before`."""
    name = short_name(volunteer)
    return plain(
        words.phrase(
            "texts.accepted",
            thanks=words.phrase("texts.thanks_name", volunteer=name)
            if name
            else words.phrase("texts.thanks"),
            caller=someone(words, caller),
            number=written_number(line),
            before=before,
        )
    )


def declined(words: Wordings) -> str:
    """After a no."""
    return plain(words.phrase("texts.declined"))


def already_accepted(words: Wordings, *, caller: str | None, line: str) -> str:
    """A second yes."""
    who = someone(words, caller)
    return plain(words.phrase("texts.already_accepted", caller=who, number=written_number(line)))


def already_declined(words: Wordings) -> str:
    """A second no."""
    return plain(words.phrase("texts.already_declined"))


def too_late(words: Wordings) -> str:
    """A yes to an offer that has expired or gone to somebody else."""
    return plain(words.phrase("texts.too_late"))


def which_one(words: Wordings, references: Sequence[int]) -> str:
    """An answer without reference while several offers are open; raises ValueError without references."""
    return _shortest_needed(
        *(
            words.phrase("texts.which_one", references=listed, reference=references[0])
            for listed in _listed(references)
        )
    )


def which_report(words: Wordings, references: Sequence[int]) -> str:
    """A report without reference while several people are called; raises ValueError without references."""
    return _shortest_needed(
        *(
            words.phrase("texts.which_report", references=listed, reference=references[0])
            for listed in _listed(references)
        )
    )


def unknown_reference(words: Wordings, reference: int) -> str:
    """An answer whose reference is none of the volunteer's."""
    return plain(words.phrase("texts.unknown_reference", reference=reference))


def no_offer_open(words: Wordings) -> str:
    """A yes or no while nothing was asked."""
    return plain(words.phrase("texts.no_offer_open"))


def not_understood(words: Wordings) -> str:
    """An answer that a person of the team will read."""
    return plain(words.phrase("texts.not_understood"))


def reported(words: Wordings, caller: str | None) -> str:
    """After FAIT."""
    return plain(words.phrase("texts.reported", caller=someone(words, caller)))


def next_try(words: Wordings, caller: str | None, when: str) -> str:
    """After ABSENT: the next try, `when` in local wording."""
    return plain(words.phrase("texts.next_try", caller=someone(words, caller), when=when))


def alert_received(words: Wordings) -> str:
    """After ALERTE."""
    return plain(words.phrase("texts.alert_received"))


def stopped(words: Wordings) -> str:
    """The one confirmation of a STOP."""
    return plain(words.phrase("texts.stopped"))


def restarted(words: Wordings) -> str:
    """After START or REPRENDRE."""
    return plain(words.phrase("texts.restarted"))


def helped(words: Wordings) -> str:
    """What a volunteer can answer."""
    return plain(words.phrase("texts.helped"))


def listener_closing(words: Wordings) -> str:
    """To a listener after a call: one word closes the request."""
    return plain(words.phrase("texts.listener_closing"))


def listener_closed(words: Wordings) -> str:
    """The listener's FAIT closed the request."""
    return plain(words.phrase("texts.listener_closed"))


def contact_again(words: Wordings, caller: str | None, reference: int) -> str:
    """To the volunteer whose person made contact again."""
    return plain(words.phrase("texts.contact_again", caller=someone(words, caller), reference=reference))


def _addressee(words: Wordings, volunteer: str | None) -> str:
    return short_name(volunteer) or words.phrase("texts.no_name")


def _wish(words: Wordings, *, recurring: bool) -> str:
    return words.phrase("texts.recurring") if recurring else words.phrase("texts.one_off")


def _with_and_without_place(words: Wordings, caller: str | None, place: str | None) -> list[str]:
    who = someone(words, caller)
    where = short_name(place)
    return [words.phrase("texts.place", caller=who, place=where), who] if where else [who]


def _listed(references: Sequence[int]) -> list[str]:
    """The references in words, then fewer and fewer of them."""
    if not references:
        raise ValueError("there is no reference to choose from")
    return [", ".join(str(reference) for reference in references[:many]) for many in (9, 6, 3)]


def _shortest_needed(*wordings: str) -> str:
    """The first wording that fits one segment, else the last."""
    candidates = [plain(wording) for wording in wordings]
    return next((text for text in candidates if segments(text).count == 1), candidates[-1])
