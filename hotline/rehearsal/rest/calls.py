"""Calls: placed, changed, listed, fetched and forgotten through the API."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from hotline.rehearsal import switchboard
from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.phonebook import DIALLABLE
from hotline.rehearsal.rest.answers import RefusedError, listed, matches, newest_first, page, within
from hotline.rehearsal.rest.shapes import call_shape
from hotline.rehearsal.signals import Moved, Source
from hotline.rehearsal.state import Call, Hook, new_sid

MAGIC_TO = {"+15005550001": 21217, "+15005550002": 21214, "+15005550003": 21215, "+15005550004": 21216}
MAGIC_FROM = {"+15005550001": 21212}
LONGEST_TWIML = 4000


def add_calls(api: Blueprint, exchange: Exchange) -> None:
    """Add the resource to the API."""

    @api.post("/Calls.json")
    def create_call() -> tuple[dict[str, Any], int]:
        form = request.form.to_dict()
        _check(exchange, form)
        call = Call(
            sid=new_sid("CA"),
            to=form["To"],
            from_=form["From"],
            direction="outbound-api",
            created=exchange.now(),
            number_sid=exchange.numbers[form["From"]].sid if form["From"] in exchange.numbers else "",
            fallback=Hook(form.get("FallbackUrl", ""), form.get("FallbackMethod", "POST")),
            callback=Hook(form.get("StatusCallback", ""), form.get("StatusCallbackMethod", "POST")),
            callback_events=_events(),
        )
        order = switchboard.Order(
            source=_source(form) or Source(),
            timeout=float(form.get("Timeout", 60)),
            detect_machine="MachineDetection" in form,
        )
        run = switchboard.place(exchange, call, order)
        run.time_limit = float(form.get("TimeLimit", run.time_limit))
        return call_shape(exchange, call), 201

    @api.get("/Calls.json")
    def list_calls() -> Response:
        found = [
            call
            for call in newest_first(exchange.calls.values())
            if listed(exchange, call.created)
            and matches(call.to, "To")
            and matches(call.from_, "From")
            and matches(call.status, "Status")
            and matches(call.parent_sid, "ParentCallSid")
            and within(call.answered or call.created, "StartTime")
            and within(call.ended, "EndTime")
        ]
        return page("calls", found, lambda call: call_shape(exchange, call))

    @api.get("/Calls/<sid>.json")
    def fetch_call(sid: str) -> dict[str, Any]:
        return call_shape(exchange, _known(exchange, sid))

    @api.post("/Calls/<sid>.json")
    def update_call(sid: str) -> dict[str, Any]:
        call = _known(exchange, sid)
        _change(exchange, call, request.form.to_dict())
        return call_shape(exchange, call)

    @api.delete("/Calls/<sid>.json")
    def delete_call(sid: str) -> tuple[str, int]:
        if not _known(exchange, sid).over:
            raise RefusedError(20009, 409)
        del exchange.calls[sid]
        exchange.touch()
        return "", 204


def _known(exchange: Exchange, sid: str) -> Call:
    call = exchange.calls.get(sid)
    if call is None:
        raise RefusedError(20404, 404)
    return call


def _events() -> tuple[str, ...]:
    given = request.form.getlist("StatusCallbackEvent")
    return tuple(" ".join(given).split()) or ("completed",)


def _source(form: dict[str, str]) -> Source | None:
    if form.get("Url"):
        return Source(form["Url"], form.get("Method", "POST"))
    return Source(twiml=form["Twiml"]) if form.get("Twiml") else None


def _check(exchange: Exchange, form: dict[str, str]) -> None:
    """Refuse what the carrier refuses, in its order."""
    to, caller = form.get("To", ""), form.get("From", "")
    url = form.get("Url", "")
    refusals = (
        (21201, not to),
        (21213, not caller),
        (MAGIC_FROM.get(caller, 0), caller in MAGIC_FROM),
        (MAGIC_TO.get(to, 0), to in MAGIC_TO),
        (21217, not DIALLABLE.fullmatch(to)),
        (21210, caller not in exchange.numbers and not caller.startswith("+1500555")),
        (21215, not to.startswith(tuple(exchange.permitted))),
        (21205, _source(form) is None or (bool(url) and not url.startswith(("http://", "https://")))),
        (20001, len(form.get("Twiml", "")) > LONGEST_TWIML),
    )
    code = next((code for code, refused in refusals if refused), 0)
    if code:
        raise RefusedError(code)


def _change(exchange: Exchange, call: Call, form: dict[str, str]) -> None:
    """End the call, or send it to another document; 21220 when it is too late for that."""
    run, status, source = exchange.runs.get(call.sid), form.get("Status", ""), _source(form)
    if run is None:
        raise RefusedError(21220)
    if status == "canceled" and call.status not in {"queued", "ringing"}:
        raise RefusedError(21220)
    if status in {"completed", "canceled"}:
        run.finish("completed" if call.answered else "canceled")
    elif source is not None and call.status == "in-progress":
        run.tell(Moved(source))
    elif source is not None:
        raise RefusedError(21220)
