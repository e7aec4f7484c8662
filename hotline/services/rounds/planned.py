"""What a round would offer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from hotline.services import matching
from hotline.services.line import Line
from hotline.services.matching import Pair, Refusal, Why, errands, errands_told
from hotline.services.rounds import pool, queue

WHY: Final[Mapping[Why, str]] = {
    Why.NOBODY: "aucun bénévole n'est disponible",
    Why.LANGUAGE: "aucun bénévole ne parle sa langue",
    Why.BY_MAIL: "aucun bénévole n'écrit de courriels",
    Why.REFUSED: "tous ceux qui pouvaient ont décliné ou n'ont pas répondu",
    Why.TANDEM: "ceux qui pouvaient débutent en tandem et ne sont pas seuls",
    Why.CAPACITY: "tous ceux qui pouvaient accompagnent déjà assez de personnes",
    Why.WEEKLY_CAP: "tous ceux qui pouvaient ont fait assez d'appels cette semaine",
    Why.QUIET: "tous ceux qui pouvaient sont dans leurs heures de repos",
    Why.HOURS: "aucun bénévole n'est libre aux heures souhaitées",
    Why.OUTCOMPETED: "d'autres attendent depuis plus longtemps",
}


_SOON_OVER: Final = frozenset({None, Refusal.QUIET})


@dataclass(frozen=True)
class Plan:
    """What a round would offer, and why each other request goes on waiting, as a sentence.

    A request of which only a call is to be covered is there under its own number. `unmet` are the needs, by
    referral, for which nobody can be asked on the spot today. `closed_until` is when offers may leave again,
    when they may not now.
    """

    pairs: Sequence[Pair] = ()
    unserved: Mapping[int, str] = field(default_factory=dict)
    unmet: Mapping[int, str] = field(default_factory=dict)
    closed_until: datetime | None = None


def plan(session: Session, line: Line, at: datetime) -> Plan:
    """Match those who wait with the volunteers, inside offer hours only; changes nothing.

    Needs come first: few volunteers live near enough. They leave less room for calls.
    """
    if not line.offer_hours.is_open(at):
        why = "les offres partent aux heures décentes"
        return Plan(
            unserved=dict.fromkeys(session.scalars(queue.waiting(at)), why),
            closed_until=line.offer_hours.next_opening(at),
        )
    waits = queue.load(session, line, at)
    if not (waits.waiting or waits.errands):
        return Plan()
    candidates = pool.load(session, line, at)
    helpers = pool.helpers(session, line, candidates, at) if waits.errands else []
    met = errands.match(waits.errands, (one for one in helpers if one.on_site))
    result = matching.match(waits.waiting, errands.less_room(candidates, met.pairs))
    return Plan(
        pairs=(*met.pairs, *result.pairs),
        unserved={one: WHY[why] for (one, _), why in result.unserved.items()},
        unmet={one: errands_told.WHY[why] for one, why in met.unmet.items() if why not in _SOON_OVER},
    )
