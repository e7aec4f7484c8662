"""Queues of waiting callers and their members."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.rest.answers import RefusedError, newest_first, page, stamp
from hotline.rehearsal.rest.shapes import room_shape
from hotline.rehearsal.signals import Moved, Source
from hotline.rehearsal.state import WaitingRoom, new_sid


def add_queues(api: Blueprint, exchange: Exchange) -> None:
    """Add the resource to the API."""

    @api.get("/Queues.json")
    def list_queues() -> Response:
        return page("queues", newest_first(exchange.rooms.values()), lambda room: room_shape(exchange, room))

    @api.post("/Queues.json")
    def create_queue() -> tuple[dict[str, Any], int]:
        name, size = request.form.get("FriendlyName", ""), request.form.get("MaxSize", "1000")
        if not name or not size.isdigit():
            raise RefusedError(20001)
        room = WaitingRoom(new_sid("QU"), name, exchange.now(), int(size))
        exchange.rooms[room.sid] = room
        return room_shape(exchange, room), 201

    @api.get("/Queues/<sid>.json")
    def fetch_queue(sid: str) -> dict[str, Any]:
        return room_shape(exchange, _known(exchange, sid))

    @api.get("/Queues/<sid>/Members.json")
    def list_members(sid: str) -> Response:
        room = _known(exchange, sid)
        calls = [member for member, _ in room.members]
        return page("queue_members", calls, lambda call: _member(exchange, room, call))

    @api.get("/Queues/<sid>/Members/<call_sid>.json")
    def fetch_member(sid: str, call_sid: str) -> dict[str, Any]:
        room = _known(exchange, sid)
        return _member(exchange, room, _waiting(room, call_sid))

    @api.post("/Queues/<sid>/Members/<call_sid>.json")
    def take_member(sid: str, call_sid: str) -> dict[str, Any]:
        room = _known(exchange, sid)
        call = _waiting(room, call_sid)
        shape = _member(exchange, room, call)
        source = Source(request.form.get("Url", ""), request.form.get("Method", "POST"))
        exchange.runs[call].tell(Moved(source))
        return shape


def _known(exchange: Exchange, sid: str) -> WaitingRoom:
    room = exchange.rooms.get(sid)
    if room is None:
        raise RefusedError(20404, 404)
    return room


def _waiting(room: WaitingRoom, call_sid: str) -> str:
    """Return the identifier of a waiting call; "Front" names the first."""
    calls = [member for member, _ in room.members]
    if call_sid == "Front" and calls:
        return calls[0]
    if call_sid not in calls:
        raise RefusedError(20404, 404)
    return call_sid


def _member(exchange: Exchange, room: WaitingRoom, call_sid: str) -> dict[str, Any]:
    calls = [member for member, _ in room.members]
    since = dict(room.members)[call_sid]
    return {
        "call_sid": call_sid,
        "date_enqueued": stamp(since),
        "position": calls.index(call_sid) + 1,
        "queue_sid": room.sid,
        "uri": f"/2010-04-01/Accounts/{exchange.account_sid}/Queues/{room.sid}/Members/{call_sid}.json",
        "wait_time": round((exchange.now() - since).total_seconds()),
    }
