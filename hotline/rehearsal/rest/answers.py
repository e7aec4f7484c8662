"""How the API answers: JSON, error numbers, pages of a list, filters by moment (carrier reference §7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Response, jsonify, request

from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.params import rfc2822

T = TypeVar("T")
SIZES = range(1, 1001)
SAYS = {
    20001: "Invalid parameter",
    20003: "Authenticate",
    20004: "Method not allowed",
    20009: "Cannot delete this resource before it is complete",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    20500: "Internal Server Error",
    20503: "Service unavailable",
    21201: "No 'To' number is specified",
    21205: "Url parameter is not a valid URL",
    21210: "'From' phone number not verified",
    21211: "Invalid 'To' Phone Number",
    21212: "Invalid 'From' Number",
    21213: "No 'From' number is specified",
    21214: "'To' phone number cannot be reached",
    21215: "Account not authorized to call this number",
    21216: "Account not allowed to call this phone number",
    21217: "Phone number does not appear to be valid",
    21220: "Call is not in-progress. Cannot redirect.",
    21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21606: "The 'From' phone number is not a valid, SMS-capable inbound phone number for your account.",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This 'From' number has exceeded the maximum number of queued messages",
    21612: "The 'To' phone number is not currently reachable via SMS",
    21614: "'To' number is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit.",
    21705: "The Messaging Service Sid is invalid.",
}


class RefusedError(Exception):
    """The API refuses a request with one of the carrier's error numbers."""

    def __init__(self, code: int, status: int = 400) -> None:
        super().__init__(SAYS[code])
        self.code, self.status = code, status


def refusal(fault: RefusedError) -> Response:
    """Return the error as the carrier writes it; too many requests say when to come back."""
    answer = jsonify(
        code=fault.code,
        message=SAYS[fault.code],
        more_info=f"https://www.twilio.com/docs/errors/{fault.code}",
        status=fault.status,
    )
    answer.status_code = fault.status
    if fault.status == 429:
        answer.headers["Retry-After"] = "1"
    return answer


def page(key: str, items: list[T], show: Callable[[T], dict[str, Any]]) -> Response:
    """Return one page of `items`, newest first; a page token names the last item already seen."""
    size, number = request.args.get("PageSize", 50, type=int), request.args.get("Page", 0, type=int)
    if size not in SIZES:
        raise RefusedError(20001)
    sids = [getattr(item, "sid", item) for item in items]
    token = request.args.get("PageToken", "").removeprefix("PA")
    start = sids.index(token) + 1 if token in sids else 0
    part = [show(item) for item in items[start : start + size]]
    follows = start + size < len(items)
    return jsonify(
        {
            key: part,
            "page": number,
            "page_size": size,
            "start": start,
            "end": max(start, start + len(part) - 1),
            "uri": _here(number, request.args.get("PageToken")),
            "first_page_uri": _here(0, None),
            "previous_page_uri": _here(number - 1, None) if number else None,
            "next_page_uri": _here(number + 1, f"PA{sids[start + size - 1]}") if follows else None,
        }
    )


def within(moment: datetime | None, name: str) -> bool:
    """Tell whether `moment` passes the request's filters `name`, `name<` and `name>` (dates or moments)."""
    for suffix in ("", "<", ">"):
        limit = request.args.get(name + suffix)
        if limit and (moment is None or not _passes(moment.astimezone(UTC), limit, suffix)):
            return False
    return True


def listed(exchange: Exchange, moment: datetime) -> bool:
    """Tell whether what was created at `moment` is in the lists by now."""
    return exchange.now() - moment >= timedelta(seconds=exchange.faults.rest_lists_late)


def matches(value: str | None, name: str) -> bool:
    """Tell whether `value` equals the request's filter `name`, if there is one."""
    wanted = request.args.get(name)
    return wanted is None or wanted == value


def stamp(moment: datetime | None) -> str | None:
    """Return a moment as RFC 2822 text, None when it has not come."""
    return rfc2822(moment) if moment else None


def newest_first(items: Iterable[T]) -> list[T]:
    """Return items in the order of the carrier's lists: the latest created first."""
    return list(reversed(list(items)))


def _passes(moment: datetime, limit: str, suffix: str) -> bool:
    try:
        if len(limit) == len("2027-01-31") or not suffix:
            left, right = moment.date().isoformat(), date.fromisoformat(limit[:10]).isoformat()
        else:
            given = datetime.fromisoformat(limit)
            given = given if given.tzinfo else given.replace(tzinfo=UTC)
            left, right = moment.isoformat(), given.astimezone(UTC).isoformat()
    except ValueError as fault:
        raise RefusedError(20001) from fault
    return left == right if not suffix else left <= right if suffix == "<" else left >= right


def _here(number: int, token: str | None) -> str:
    kept = {name: value for name, value in request.args.items() if name not in {"Page", "PageToken"}}
    query = {**kept, "PageSize": request.args.get("PageSize", "50"), "Page": str(number)}
    if token:
        query["PageToken"] = token
    return f"{request.path}?{urlencode(query)}"
