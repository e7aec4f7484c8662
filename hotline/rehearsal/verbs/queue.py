"""Enqueue, Leave and Dial's Queue: callers who wait, and whoever takes the first of them."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import urljoin

from hotline.rehearsal.callrun import CallRun
from hotline.rehearsal.documents import Verb
from hotline.rehearsal.signals import (
    CallJoinedError,
    CallLeftError,
    CallMovedError,
    CallOverError,
    Joined,
    LegNews,
    Source,
    Steps,
)
from hotline.rehearsal.state import WaitingRoom, new_sid
from hotline.rehearsal.verbs.context import Context, Outcome


class Report(Protocol):
    """Takes note of how a Dial ended."""

    def __call__(self, status: str, *, bridged: bool) -> None:
        """Note the final status, and whether the parties spoke."""


def enqueue(run: CallRun, verb: Verb, context: Context) -> Steps[Outcome]:
    """Let the caller wait; return the action's address with the result. A hang-up asks the action too."""
    run.pick_up()
    room = waiting_room(run, verb.text)
    began = run.exchange.now()

    def action(result: str) -> Source:
        waited = round((run.exchange.now() - began).total_seconds())
        pairs = (("QueueResult", result), ("QueueSid", room.sid), ("QueueTime", str(waited)))
        return context.target(verb, parameters=pairs)

    try:
        result = yield from _wait(run, verb, context, room)
    except CallOverError:
        if "action" in verb.attributes:
            yield from run.inform(action("hangup"))
        raise
    except CallMovedError:
        if "action" in verb.attributes:
            yield from run.inform(action("redirected"))
        raise
    finally:
        leave_room(run, room)
    return action(result) if "action" in verb.attributes else None


def leave(run: CallRun, _verb: Verb, _context: Context) -> Steps[Outcome]:
    """Leave the queue, and the call goes on after its Enqueue; elsewhere this does nothing."""
    yield from ()
    if any(run.call.sid in dict(room.members) for room in run.exchange.rooms.values()):
        raise CallLeftError(run.call.sid)
    return None


def serve(run: CallRun, noun: Verb, timeout: float, report: Report) -> Steps[None]:
    """Take the first caller of a queue, after at most `timeout` seconds, and talk until one leaves."""
    room = next((room for room in run.exchange.rooms.values() if room.name == noun.text), None)
    if room is None:
        report("failed", bridged=False)
        return
    end = run.exchange.now().timestamp() + timeout
    while not room.members:
        left = end - run.exchange.now().timestamp()
        if left <= 0:
            report("no-answer", bridged=False)
            return
        yield from run.listen(min(1.0, left))
    member = run.exchange.runs[room.members.popleft()[0]]
    run.peer, member.peer = member, run
    member.tell(Joined(run.call.sid))
    report("completed", bridged=True)
    yield from _talk(run, member)


def waiting_room(run: CallRun, name: str) -> WaitingRoom:
    """Return the queue of this name, made on demand."""
    rooms = run.exchange.rooms
    found = next((room for room in rooms.values() if room.name == name), None)
    if found is None:
        found = WaitingRoom(new_sid("QU"), name, run.exchange.now())
        rooms[found.sid] = found
    return found


def leave_room(run: CallRun, room: WaitingRoom) -> None:
    """Make sure that this call no longer waits there."""
    for member in [member for member in room.members if member[0] == run.call.sid]:
        room.members.remove(member)


def _wait(run: CallRun, verb: Verb, context: Context, room: WaitingRoom) -> Steps[str]:
    if len(room.members) >= room.max_size:
        return "queue-full"
    room.members.append((run.call.sid, run.exchange.now()))
    address = verb.get("waitUrl")
    try:
        if not address:
            while True:
                yield from run.listen(None)
        going_on = True
        while going_on:
            position = [sid for sid, _ in room.members].index(run.call.sid) + 1
            pairs = _position(run, room, position)
            source = Source(urljoin(context.url, address), verb.get("waitUrlMethod", "POST"), pairs)
            going_on = yield from context.converse(run, source)
            yield from run.rest(1.0)
    except CallLeftError:
        return "leave"
    except CallJoinedError as joined:
        yield from _talk(run, run.exchange.runs[joined.sid])
        return "bridged"
    run.finish("completed")
    raise CallOverError


def _position(run: CallRun, room: WaitingRoom, position: int) -> tuple[tuple[str, str], ...]:
    since = dict(room.members)[run.call.sid]
    waited = round((run.exchange.now() - since).total_seconds())
    return (
        ("QueuePosition", str(position)),
        ("QueueSid", room.sid),
        ("QueueTime", str(waited)),
        ("AvgQueueTime", str(waited)),
        ("CurrentQueueSize", str(len(room.members))),
        ("MaxQueueSize", str(room.max_size)),
    )


def _talk(run: CallRun, other: CallRun) -> Steps[None]:
    """Stay joined until the other one leaves."""
    run.show("bridged")
    try:
        while not other.call.over:
            signal = yield from run.listen(None)
            if isinstance(signal, LegNews) and signal.sid == other.call.sid:
                break
    finally:
        run.peer = None
