"""What the clock does for needs that wait for a partner: reminders, until somebody answers."""

import structlog

from hotline.bootstrap import Hotline
from hotline.services.referrals import following

AT_ONCE = 100

log = structlog.get_logger()


def follow(hotline: Hotline) -> str:
    """Take each step that is due for a need; one that cannot be taken keeps no other from being taken."""
    with hotline.database.read() as session:
        due = following.due(session, hotline.clock.now(), AT_ONCE)
    taken, faults = 0, []
    for referral_id in due:
        try:
            taken += _step(hotline, referral_id)
        except Exception as error:
            log.exception("referral_not_followed", referral=referral_id)
            faults.append(error)
    if faults:
        raise faults[0]
    return f"{taken} besoins relancés" if taken else ""


def _step(hotline: Hotline, referral_id: int) -> bool:
    at = hotline.clock.now()
    return hotline.database.run(lambda session: following.act(session, hotline.line, referral_id, at))
