"""Why this volunteer and not another one: facts found from a matching, and told in French sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hotline.services.matching.rules import Candidate, Refusal, Waiting, far, may_serve, voice
from hotline.services.matching.solving import Matching


class Preference(StrEnum):
    """Why a volunteer who might serve a request was not chosen for it."""

    VOICE = "voice"
    TAKEN = "taken"
    LOAD = "load"
    FAR = "far"
    EQUAL = "equal"
    OUTCOMPETED = "outcompeted"


Verdict = Refusal | Preference


@dataclass(frozen=True)
class Explanation:
    """Who is proposed (None: nobody), what speaks for them, and by verdict everybody else."""

    waiting: Waiting
    chosen: Candidate | None
    others: Mapping[Verdict, tuple[int, ...]]


TOLD: Final[Mapping[Verdict, tuple[str, str]]] = {
    Refusal.INACTIVE: ("n'est pas en activité", "ne sont pas en activité"),
    Refusal.AWAY: ("est en congé", "sont en congé"),
    Refusal.NO_TEXTS: (
        "ne peut pas recevoir de SMS (arrêt demandé, ligne fixe, ou trop de SMS aujourd'hui)",
        "ne peuvent pas recevoir de SMS (arrêt demandé, ligne fixe, ou trop de SMS aujourd'hui)",
    ),
    Refusal.LANGUAGE: ("ne parle pas sa langue", "ne parlent pas sa langue"),
    Refusal.BY_MAIL: ("n'écrit pas de courriels", "n'écrivent pas de courriels"),
    Refusal.SAME_NUMBER: ("a le même numéro", "ont le même numéro"),
    Refusal.REFUSED: (
        "a déjà décliné, n'a pas répondu depuis un jour, ou vient de l'accompagner",
        "ont déjà décliné, n'ont pas répondu depuis un jour, ou viennent de l'accompagner",
    ),
    Refusal.TANDEM: (
        "est en tandem : pas de demande urgente, et pas sans sa marraine ou son parrain",
        "sont en tandem : pas de demande urgente, et pas sans leur marraine ou leur parrain",
    ),
    Refusal.CAPACITY: ("accompagne déjà assez de personnes", "accompagnent déjà assez de personnes"),
    Refusal.WEEKLY_CAP: (
        "a atteint son nombre d'appels de la semaine",
        "ont atteint leur nombre d'appels de la semaine",
    ),
    Refusal.QUIET: ("est dans ses heures de repos", "sont dans leurs heures de repos"),
    Refusal.HOURS: ("n'est pas libre aux heures souhaitées", "ne sont pas libres aux heures souhaitées"),
    Preference.VOICE: (
        "convenait, mais la personne préfère une autre voix",
        "convenaient, mais la personne préfère une autre voix",
    ),
    Preference.TAKEN: ("reçoit à ce tour une autre demande", "reçoivent à ce tour une autre demande"),
    Preference.LOAD: (
        "convenait, mais accompagne plus de personnes",
        "convenaient, mais accompagnent plus de personnes",
    ),
    Preference.FAR: (
        "convenait, mais vit dans un autre département",
        "convenaient, mais vivent dans un autre département",
    ),
    Preference.EQUAL: ("convenait tout autant", "convenaient tout autant"),
    Preference.OUTCOMPETED: (
        "convenait, mais d'autres demandes passent avant",
        "convenaient, mais d'autres demandes passent avant",
    ),
}
"""Every verdict as a verb phrase, for one person and for several."""


def explain(waiting: Waiting, candidates: Iterable[Candidate], matching: Matching) -> Explanation:
    """Return what became of one who waits in a matching; `candidates` may hold whoever may not be asked."""
    pool = sorted(candidates, key=lambda candidate: candidate.volunteer_id)
    key = waiting.key
    by_key = {(pair.request_id, pair.covers_id or 0): pair.volunteer_id for pair in matching.pairs}
    chosen = next((one for one in pool if one.volunteer_id == by_key.get(key)), None)
    taken = frozenset(by_key.values())
    others: dict[Verdict, list[int]] = {}
    for one in pool:
        if one is not chosen:
            verdict = may_serve(waiting, one) or _preference(waiting, chosen, one, taken)
            others.setdefault(verdict, []).append(one.volunteer_id)
    order = [verdict for verdict in TOLD if verdict in others]
    return Explanation(waiting, chosen, {verdict: tuple(others[verdict]) for verdict in order})


def sentences(explanation: Explanation, names: Mapping[int, str]) -> list[str]:
    """Tell an explanation in French, one sentence for each reason; `names` by volunteer."""
    chosen = explanation.chosen
    first = (
        "Personne n'est proposé à ce tour." if chosen is None else _told(explanation.waiting, chosen, names)
    )
    others = explanation.others.items()
    return [first, *(grouped(TOLD[verdict], [names[one] for one in ids]) for verdict, ids in others)]


def told_of(name: str, facts: list[str]) -> str:
    """Say who is proposed and what speaks for them."""
    return f"Proposition à {name}, qui {_listed(facts)}."


def load_told(chosen: Candidate) -> str:
    """Say how many people somebody accompanies."""
    if not chosen.load:
        return "n'accompagne encore personne"
    return f"accompagne {chosen.load} personne{'s' if chosen.load > 1 else ''}"


def grouped(phrase: tuple[str, str], names: list[str]) -> str:
    """Say a verb phrase, for one person or for several, of those with these names."""
    return f"{_listed(names)} {phrase[len(names) > 1]}."


def _preference(
    waiting: Waiting, chosen: Candidate | None, other: Candidate, taken: frozenset[int]
) -> Preference:
    """Return the first preference that spoke against somebody who may serve a request."""
    if chosen is None:
        return Preference.OUTCOMPETED
    if voice(waiting, other.volunteer_id) > voice(waiting, chosen.volunteer_id):
        return Preference.VOICE
    if other.volunteer_id in taken:
        return Preference.TAKEN
    if other.load > chosen.load:
        return Preference.LOAD
    if far(waiting, other) > far(waiting, chosen):
        return Preference.FAR
    return Preference.EQUAL


def _told(waiting: Waiting, chosen: Candidate, names: Mapping[int, str]) -> str:
    facts = [load_told(chosen)]
    if chosen.volunteer_id == waiting.steady_voice:
        facts.insert(0, "est la voix que la personne connaît")
    if waiting.departement is not None and not far(waiting, chosen):
        facts.append("vit dans le même département")
    return told_of(names[chosen.volunteer_id], facts)


def _listed(words: list[str]) -> str:
    """Return "a, b et c"."""
    return " et ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
