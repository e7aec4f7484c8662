"""Why this volunteer is asked to help on the spot, and no other one: facts, and French sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hotline.services.matching.errands import (
    Errand,
    Errands,
    Helper,
    Hurdle,
    Unfit,
    may_help,
    steps_away,
)
from hotline.services.matching.explaining import TOLD as OF_THE_ROUND
from hotline.services.matching.explaining import Preference, grouped, load_told, told_of
from hotline.services.matching.rules import Refusal


class Farther(StrEnum):
    """Why somebody who might help was not chosen: somebody else lives nearer."""

    FARTHER = "farther"


Verdict = Hurdle | Farther | Preference


@dataclass(frozen=True)
class Explanation:
    """Who is asked (None: nobody), how near they live, and by verdict everybody else."""

    errand: Errand
    chosen: Helper | None
    others: Mapping[Verdict, tuple[int, ...]]


TOLD: Final[Mapping[Verdict, tuple[str, str]]] = {
    Unfit.NOT_ON_SITE: ("n'aide pas sur place", "n'aident pas sur place"),
    Unfit.NO_BIRTH_DATE: (
        "n'a pas donné sa date de naissance",
        "n'ont pas donné leur date de naissance",
    ),
    Unfit.TOO_YOUNG: ("a moins de 18 ans", "ont moins de 18 ans"),
    Unfit.TOO_OLD: ("a 70 ans ou plus", "ont 70 ans ou plus"),
    Unfit.TOO_FAR: ("habite trop loin", "habitent trop loin"),
    **{refusal: OF_THE_ROUND[refusal] for refusal in Refusal},
    Farther.FARTHER: ("convenait, mais habite plus loin", "convenaient, mais habitent plus loin"),
    **{
        one: OF_THE_ROUND[one]
        for one in (Preference.TAKEN, Preference.LOAD, Preference.EQUAL, Preference.OUTCOMPETED)
    },
}
"""Every verdict as a verb phrase, for one person and for several."""

WHY: Final[Mapping[Hurdle | None, str]] = {
    Unfit.NOT_ON_SITE: "aucun bénévole n'aide sur place",
    Unfit.NO_BIRTH_DATE: "ceux qui aident sur place n'ont pas donné leur date de naissance",
    Unfit.TOO_YOUNG: "ceux qui aident sur place n'ont pas 18 ans",
    Unfit.TOO_OLD: "ceux qui aident sur place ont 70 ans ou plus",
    Unfit.TOO_FAR: "aucun bénévole qui aide sur place n'habite assez près",
    Refusal.INACTIVE: "ceux qui habitent assez près ne sont pas en activité",
    Refusal.AWAY: "ceux qui habitent assez près sont en congé",
    Refusal.NO_TEXTS: "ceux qui habitent assez près ne peuvent pas recevoir de SMS",
    Refusal.LANGUAGE: "aucun bénévole assez proche ne parle sa langue",
    Refusal.BY_MAIL: "aucun bénévole assez proche n'écrit de courriels",
    Refusal.SAME_NUMBER: "le seul bénévole assez proche a le même numéro",
    Refusal.REFUSED: "tous ceux qui pouvaient ont décliné ou n'ont pas répondu",
    Refusal.TANDEM: "ceux qui pouvaient débutent en tandem et ne sont pas seuls",
    Refusal.CAPACITY: "tous ceux qui pouvaient accompagnent déjà assez de personnes",
    Refusal.WEEKLY_CAP: "tous ceux qui pouvaient ont fait assez d'appels cette semaine",
    Refusal.QUIET: "tous ceux qui pouvaient sont dans leurs heures de repos",
    Refusal.HOURS: "ceux qui pouvaient n'ont pas une heure de libre cette semaine",
    None: "d'autres besoins passent avant",
}
"""Why nobody is asked, by the last hurdle that anybody got to."""

_NEAR: Final = ("habite au même code postal", "habite tout près", "habite dans le même département")


def explain(errand: Errand, helpers: Iterable[Helper], found: Errands) -> Explanation:
    """Return what became of one errand among others; `helpers` may hold whoever may not be asked."""
    pool = sorted(helpers, key=lambda one: one.candidate.volunteer_id)
    asked = {pair.referral_id: pair.volunteer_id for pair in found.pairs}
    mine = asked.get(errand.referral_id)
    chosen = next((one for one in pool if one.candidate.volunteer_id == mine), None)
    others: dict[Verdict, list[int]] = {}
    for one in pool:
        if one is not chosen:
            verdict = may_help(errand, one) or _preference(errand, chosen, one, frozenset(asked.values()))
            others.setdefault(verdict, []).append(one.candidate.volunteer_id)
    order = [verdict for verdict in TOLD if verdict in others]
    return Explanation(errand, chosen, {verdict: tuple(others[verdict]) for verdict in order})


def sentences(explanation: Explanation, names: Mapping[int, str]) -> list[str]:
    """Tell an explanation in French, one sentence for each reason; `names` by volunteer."""
    chosen = explanation.chosen
    if chosen is None:
        first = "Personne n'est proposé à ce tour."
    else:
        near = _NEAR[steps_away(explanation.errand, chosen) or 0]
        first = told_of(names[chosen.candidate.volunteer_id], [near, load_told(chosen.candidate)])
    others = explanation.others.items()
    return [first, *(grouped(TOLD[verdict], [names[one] for one in ids]) for verdict, ids in others)]


def _preference(errand: Errand, chosen: Helper | None, other: Helper, taken: frozenset[int]) -> Verdict:
    """Return the first preference that spoke against somebody who may help."""
    if chosen is None:
        return Preference.OUTCOMPETED
    if (steps_away(errand, other) or 0) > (steps_away(errand, chosen) or 0):
        return Farther.FARTHER
    if other.candidate.volunteer_id in taken:
        return Preference.TAKEN
    return Preference.LOAD if other.candidate.load > chosen.candidate.load else Preference.EQUAL
