"""The small numbers of the navigation and of the page's title."""

from flask import request
from flask.typing import ResponseReturnValue

from hotline.services.desk import waiting
from hotline.services.desk.inbox import MANY
from hotline.services.desk.rights import Right
from hotline.web.desk.room import allowed, page, reading
from hotline.web.product import product


@page("/badges", Right.ACCOUNT)
def badges() -> ResponseReturnValue:
    """Return what the badges show, nothing when that has not changed."""
    found = reading(lambda visit: waiting.counts(visit.session, visit.line, visit.at))
    counts = {}
    if allowed(Right.VOICEMAILS):
        counts["voicemails"] = found.messages
    if allowed(Right.PEOPLE) and product().line.mail_address is not None:
        counts["mails"] = found.mails
    if allowed(Right.REQUESTS):
        counts["requests"] = found.requests
    if allowed(Right.REFERRALS):
        counts["referrals"] = found.needs
    if allowed(Right.TODAY):
        counts["today"] = found.messages + found.left + found.mails + found.alerts
        counts["today"] += found.stuck + found.calls if allowed(Right.REQUESTS) else 0
        counts["today"] += found.needs if allowed(Right.REFERRALS) else 0
    shown = {name: _written(count) for name, count in counts.items()}
    version = "-".join(f"{name}:{count}" for name, count in shown.items())
    if request.args.get("v") == version:
        return "", 204
    return {"v": version, "badges": shown}


def _written(count: int) -> str:
    """Write a count as a badge does: nothing for none, "99+" for many."""
    if count >= MANY:
        return f"{MANY - 1}+"
    return str(count) if count else ""
