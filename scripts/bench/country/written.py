"""What came by mail, and the needs that were passed on to partners."""

from typing import Any, Final

import numpy as np

from hotline.models import Mail, Partner, Referral, ReferralStep
from scripts.bench.country.bulk import Bulk
from scripts.bench.country.drawn import DAY, Draw, moments, numbered, where
from scripts.bench.country.people import coordinator
from scripts.bench.country.words import SENTENCES

_OURS: Final = "onseparle@example.org"
_STATES: Final = {"closed": 0.9, "taken": 0.04, "sent": 0.03, "refused": 0.02, "to_send": 0.01}
_NEEDS: Final = ("AIDE_ALIMENTAIRE", "GARDE_ENFANTS", "SOLIDARITE_PROXIMITE", "AUTRE")


def write(bulk: Bulk, draw: Draw) -> None:
    """Write all of it."""
    _write_mails(bulk, draw)
    partners = draw.many(2_000)
    _write_partners(bulk, draw, partners)
    _write_referrals(bulk, draw, partners)


def _write_mails(bulk: Bulk, draw: Draw) -> None:
    """Write mails: a third from strangers or machines; those of the last days wait for an answer."""
    count = draw.many(100_000)
    writers = [f"personne{number}@example.org" for number in range(draw.many(5_000))]
    writer = draw.below(len(writers), count).tolist()
    addresses, indexes = draw.sealed("mails.from_address", writers), draw.indexed("email", writers)
    ago, known = np.sort(draw.ago(count))[::-1], draw.some(0.7, count)
    bulk.write(
        Mail,
        count,
        id=numbered(count),
        message_index=draw.indexed("message_id", [f"<{number}@example.org>" for number in range(count)]),
        direction="inbound",
        from_address=[addresses[one] for one in writer],
        from_index=[indexes[one] for one in writer],
        to_address=draw.sealed("mails.to_address", [_OURS])[0],
        subject=draw.one_of(draw.sealed("mails.subject", ["Un appel", "Ma mère", "Merci"]), count),
        body=draw.one_of(draw.sealed("mails.body", SENTENCES), count),
        attachments=draw.sealed("mails.attachments", ["[]"])[0],
        size=2_000,
        automatic=draw.some(0.1, count).astype(int).tolist(),
        caller_id=where(known, (draw.below(draw.size.callers, count) + 1).tolist()),
        created_at=moments(ago),
        answered_at=where((ago > 3 * DAY) | draw.some(0.5, count), moments(ago - 3600)),
    )


def _write_partners(bulk: Bulk, draw: Draw, count: int) -> None:
    bulk.write(
        Partner,
        count,
        id=numbered(count),
        name=[f"Épicerie solidaire {number}" for number in range(count)],
        legal_status="association",
        needs=draw.one_of(_NEEDS, count),
        area=[f"{one:02d}" for one in (draw.below(95, count) + 1).tolist()],
        created_at=moments(draw.ago(count)),
    )


def _write_referrals(bulk: Bulk, draw: Draw, partners: int) -> None:
    """Write referrals, each with the steps that led to its state."""
    count = draw.many(50_000)
    ago, state = np.sort(draw.ago(count))[::-1], draw.one_of(list(_STATES), count, list(_STATES.values()))
    sent = np.array([one != "to_send" for one in state])
    chosen = where(sent, (draw.below(partners, count) + 1).tolist())
    author = draw.sealed("referrals.author", [coordinator(1)])[0]
    bulk.write(
        Referral,
        count,
        id=numbered(count),
        caller_id=(draw.below(draw.size.callers, count) + 1).tolist(),
        partner_id=chosen,
        need=draw.one_of(_NEEDS, count),
        state=state,
        words=draw.one_of(draw.sealed("referrals.words", SENTENCES), count),
        author=author,
        created_at=moments(ago),
        sent_at=where(sent, moments(ago - 3600)),
        closed_at=where(np.array([one == "closed" for one in state]), moments(ago - 5 * DAY)),
    )
    _write_steps(bulk, draw, ago, {"opened": ago >= 0, "sent": sent}, chosen)


def _write_steps(bulk: Bulk, draw: Draw, ago: Any, taken: dict[str, Any], partners: list[Any]) -> None:
    actor, first = draw.sealed("referral_steps.actor", [coordinator(1)])[0], 1
    for kind, those in taken.items():
        places = np.flatnonzero(those).tolist()
        bulk.write(
            ReferralStep,
            len(places),
            id=numbered(len(places), first),
            referral_id=[place + 1 for place in places],
            partner_id=[partners[place] for place in places],
            kind=kind,
            at=moments(ago[those]),
            actor=actor,
        )
        first += len(places)
