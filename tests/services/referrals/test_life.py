"""Whatever is done with a need, in whatever order: nothing leaves without consent, acts are taken back."""

from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import OutboxRow, Partner, ReferralStep
from hotline.models.status import Need, ReferralChannel, ReferralState, ReferralStepKind
from hotline.services.referrals import answering, following, passing, steps, undoing
from hotline.services.referrals.holding import CannotRefer, snapshot
from tests.conftest import StoppedClock
from tests.people import add_caller
from tests.records import rows
from tests.referring import HAND, add_need, add_partner, get

ACTS = ("choose", "consent", "text", "call", "taken", "refused", "close", "reopen", "follow", "undo")
FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def carry_out(session: Session, hotline: Hotline, need: int, act: str, partner: int) -> ReferralStep | None:
    """Do one thing with a need, as the desk would."""
    line, at = hotline.line, hotline.clock.now()
    match act:
        case "choose":
            return passing.choose(session, line, need, session.get_one(Partner, partner), at, actor=HAND)
        case "consent":
            return passing.consented(session, need, "Odette", at, actor=HAND)
        case "text" | "call":
            return passing.send(session, line, need, ReferralChannel(act), "Odette", at, actor=HAND)
        case "taken":
            return answering.taken(session, line, need, "", at, actor=HAND)
        case "refused":
            return answering.refused(session, line, need, "", at, actor=HAND)
        case "close":
            return answering.closed(session, need, "", at, actor=HAND)
        case "reopen":
            return answering.reopened(session, line, need, at, actor=HAND)
    following.act(session, line, need, at)
    return None


@FEW
@given(st.lists(st.sampled_from(ACTS), max_size=12), st.randoms(use_true_random=False))
def test_no_order_of_acts_breaks_a_promise(
    hotline: Hotline, clock: StoppedClock, acts: list[str], dice: Random
) -> None:
    number = f"+336399{80000 + dice.randrange(10000):05}"
    caller, partner = add_caller(hotline, number, "Odette"), add_partner(hotline)
    need = add_need(hotline, caller, Need.AUTRE)
    before: dict[str, Any] | None = None
    last: int | None = None
    for act in acts:
        clock.advance(timedelta(minutes=5))
        seen = now(hotline, need)
        if act == "undo" and last is None:
            continue
        try:
            last = done(hotline, need, act, partner, last)
        except CannotRefer:
            assert now(hotline, need) == seen
            continue
        if act == "undo":
            assert now(hotline, need) == before
        before = seen
        promised(hotline, need)


def now(hotline: Hotline, need: int) -> dict[str, Any]:
    return snapshot(get(hotline, need))


def done(hotline: Hotline, need: int, act: str, partner: int, last: int | None) -> int | None:
    """Do one thing, or take the last one back; return the step that can be taken back."""
    if act == "undo":
        at = hotline.clock.now()
        hotline.database.run(lambda session: undoing.undo(session, last or 0, at))
        return None
    return hotline.database.run(
        lambda session: getattr(carry_out(session, hotline, need, act, partner), "id", None)
    )


def promised(hotline: Hotline, need: int) -> None:
    one = get(hotline, need)
    if one.state in {ReferralState.SENT, ReferralState.TAKEN, ReferralState.REFUSED}:
        assert one.partner_id
        assert one.passed_on
        assert one.consent_at
    assert (one.closed_at is not None) == (one.state is ReferralState.CLOSED)
    sent = [row for row in rows(hotline, OutboxRow) if row.key.startswith(f"referral:{need}:")]
    assert not sent or ReferralStepKind.SENT in all_kinds(hotline, need)


def all_kinds(hotline: Hotline, need: int) -> set[ReferralStepKind]:
    with hotline.database.read() as session:
        return {step.kind for step in steps.history(session, need)}
