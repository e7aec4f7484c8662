"""The API as a whole: who may use it, what it answers when it refuses, and the faults played on it."""

from __future__ import annotations

import hmac
import socket
import time
import uuid
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException

from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.rest.answers import RefusedError, refusal
from hotline.rehearsal.rest.calls import add_calls
from hotline.rehearsal.rest.countries import PATH as COUNTRIES
from hotline.rehearsal.rest.countries import add_countries
from hotline.rehearsal.rest.messages import add_messages
from hotline.rehearsal.rest.numbers import add_numbers
from hotline.rehearsal.rest.queues import add_queues
from hotline.rehearsal.rest.recordings import add_recordings
from hotline.rehearsal.rest.shapes import account_shape
from hotline.rehearsal.state import API_VERSION

CREATES = ("/Calls.json", "/Messages.json")
FAULT_CODES = {429: 20429, 500: 20500, 503: 20503}


def add_api(app: Flask, exchange: Exchange) -> None:
    """Serve the API under /2010-04-01; every request needs the account's credentials."""
    api = Blueprint("api", __name__, url_prefix=f"/{API_VERSION}/Accounts/{exchange.account_sid}")
    for add in (add_calls, add_messages, add_recordings, add_numbers, add_queues):
        add(api, exchange)
    _guard_with_lock(api, exchange)
    app.register_blueprint(api)
    add_countries(app, exchange)

    @app.get(f"/{API_VERSION}/Accounts/{exchange.account_sid}.json")
    def fetch_account() -> dict[str, Any]:
        if request.authorization and request.authorization.username != exchange.account_sid:
            raise RefusedError(20003, 401)
        return account_shape(exchange)

    @app.before_request
    def check_access() -> None:
        if not request.path.startswith((f"/{API_VERSION}/", COUNTRIES)):
            return
        if not _known(exchange):
            raise RefusedError(20003, 401)
        creates = request.method == "POST" and request.path.endswith(CREATES)
        if creates or exchange.faults.rest_status_of == "everything":
            _play_faults(exchange)

    @app.after_request
    def mark_answer(answer: Response) -> Response:
        answer.headers["X-Rehearsal"] = "no real telephone line"
        if request.path.startswith(f"/{API_VERSION}/"):
            answer.headers["Twilio-Request-Id"] = "RQ" + uuid.uuid4().hex
            answer.headers["Twilio-Concurrent-Requests"] = "1"
            _drop(exchange, answer)
        return answer

    app.register_error_handler(RefusedError, refusal)
    app.register_error_handler(HTTPException, _plain_refusal)


def _guard_with_lock(api: Blueprint, exchange: Exchange) -> None:
    """Let every view of the API see and change the state alone."""

    def guarded(view: Callable[..., Any]) -> Callable[..., Any]:
        def locked(**arguments: str) -> Any:
            with exchange.lock:
                return view(**arguments)

        return locked

    @api.record_once
    def wrap(state: Any) -> None:
        for name, view in state.app.view_functions.items():
            if name.startswith("api."):
                state.app.view_functions[name] = guarded(view)


def _known(exchange: Exchange) -> bool:
    given = request.authorization
    if given is None or given.type != "basic":
        return False
    secrets = {exchange.account_sid: exchange.auth_token, **exchange.api_keys}
    expected = secrets.get(given.username or "")
    return expected is not None and hmac.compare_digest(expected.encode(), (given.password or "").encode())


def _play_faults(exchange: Exchange) -> None:
    faults = exchange.faults
    if faults.rest_slow_seconds:
        time.sleep(faults.rest_slow_seconds)
    with exchange.lock:
        if faults.rest_status and faults.rest_status_times > 0:
            faults.rest_status_times -= 1
            raise RefusedError(FAULT_CODES.get(faults.rest_status, 20500), faults.rest_status)


def _drop(exchange: Exchange, answer: Response) -> None:
    """Cut the line after a create has been carried out, when that fault is on."""
    wire = request.environ.get("werkzeug.socket")
    if exchange.faults.rest_drop_after_processing > 0 and answer.status_code == 201 and wire is not None:
        with exchange.lock:
            exchange.faults.rest_drop_after_processing -= 1
        wire.shutdown(socket.SHUT_RDWR)


def _plain_refusal(fault: HTTPException) -> Response | HTTPException:
    if not request.path.startswith(f"/{API_VERSION}/"):
        return fault
    code = {404: 20404, 405: 20004}.get(fault.code or 500, 20001)
    return refusal(RefusedError(code, fault.code or 500))
