"""The control API of the telephones page: unauthenticated, so it answers only pages of this machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, jsonify, request

from hotline.rehearsal.audio import SAMPLES, sample_wav
from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.jumps import jump
from hotline.rehearsal.phonebook import DIALLABLE, ImpossibleError
from hotline.rehearsal.phones import Phone
from hotline.rehearsal.snapshot import snapshot
from hotline.rehearsal.state import Faults

HOSTS = {"127.0.0.1", "localhost"}
SAME_SITE = {"same-origin", "none"}
ROLES = {"caller", "listener", "volunteer"}
UNKNOWN_SWITCH = "Ce réglage n'existe pas."


def add_control(app: Flask, exchange: Exchange) -> None:
    """Serve the control API under /api."""
    control = Blueprint("control", __name__, url_prefix="/api")
    _add_state(control, exchange)
    _add_phones(control, exchange)
    _add_samples(control, exchange)
    control.before_request(refuse_strangers)
    control.register_error_handler(ImpossibleError, _impossible)
    app.register_blueprint(control)


def refuse_strangers() -> None:
    """Abort with 403 unless the request comes from a page of this machine."""
    origin = request.headers.get("Origin")
    if urlsplit(f"//{request.host}").hostname not in HOSTS:
        abort(403)
    if request.headers.get("Sec-Fetch-Site", "none") not in SAME_SITE:
        abort(403)
    if origin is not None and urlsplit(origin).netloc != request.host:
        abort(403)


def _add_state(control: Blueprint, exchange: Exchange) -> None:
    @control.get("/state")
    def state() -> Response | tuple[str, int]:
        with exchange.lock:
            if request.args.get("since") == str(exchange.version):
                return "", 204
            return jsonify(snapshot(exchange))

    @control.post("/clock")
    def clock() -> dict[str, bool]:
        jump(exchange, _body())
        return {"ok": True}

    @control.post("/faults")
    def faults() -> dict[str, bool]:
        with exchange.lock:
            _switch(exchange.faults, _body())
            exchange.touch()
        return {"ok": True}


def _add_phones(control: Blueprint, exchange: Exchange) -> None:
    @control.post("/phones")
    def add_phone() -> dict[str, bool]:
        body = _body()
        phone = _phone(exchange, str(body.get("number", "")))
        role = str(body.get("role", phone.role))
        if role not in ROLES:
            raise ImpossibleError("Ce rôle n'existe pas.")
        exchange.phone(phone.number, label=str(body.get("label", "")), role=role)
        return {"ok": True}

    @control.post("/phones/<number>/<action>")
    def act(number: str, action: str) -> dict[str, bool]:
        phone = _phone(exchange, number)
        ACTIONS.get(action, _unknown)(phone)
        return {"ok": True}


def _dial(phone: Phone) -> None:
    body = _body()
    shown = body.get("shown_as")
    phone.dial(str(body.get("to", "")), None if shown is None else str(shown))


def _press(phone: Phone) -> None:
    phone.press(str(_body().get("digits", "")))


def _text(phone: Phone) -> None:
    body = _body()
    phone.text(str(body.get("to", "")), str(body.get("body", "")))


def _unknown(_phone: Phone) -> None:
    abort(404)


def _add_samples(control: Blueprint, exchange: Exchange) -> None:
    @control.get("/samples")
    def samples() -> Response:
        return jsonify([{"name": s.name, "label": s.label, "seconds": s.seconds} for s in SAMPLES])

    @control.get("/samples/<name>.wav")
    def sample(name: str) -> Response:
        return Response(sample_wav(name) or abort(404), mimetype="audio/wav")

    @control.get("/recordings/<sid>.wav")
    def recording(sid: str) -> Response:
        found = exchange.recordings.get(sid)
        return Response(found.wav if found and found.wav else abort(404), mimetype="audio/wav")


def _speak(phone: Phone) -> None:
    if request.mimetype.startswith("audio/"):
        phone.speak(wav=request.get_data())
        return
    body = _body()
    if "sample" in body:
        phone.speak(wav=sample_wav(str(body["sample"])) or abort(404))
        return
    seconds = body.get("seconds", 4)
    if not isinstance(seconds, int | float) or not 0 < seconds <= 600:
        raise ImpossibleError("On parle entre 1 et 600 secondes.")
    phone.speak(float(seconds), words=str(body.get("words", "")))


ACTIONS: dict[str, Callable[[Phone], None]] = {
    "dial": _dial,
    "answer": Phone.answer,
    "reject": Phone.reject,
    "hangup": Phone.hang_up,
    "press": _press,
    "speak": _speak,
    "text": _text,
}


def _phone(exchange: Exchange, number: str) -> Phone:
    if not DIALLABLE.fullmatch(number):
        raise ImpossibleError("Ce numéro n'a pas la forme internationale (+33…).")
    return exchange.phone(number)


def _switch(faults: Faults, wish: dict[str, Any]) -> None:
    """Set the switches named; a value of another kind than the present one is refused."""
    known = {field.name for field in fields(faults)}
    for name, value in wish.items():
        if name not in known:
            raise ImpossibleError(UNKNOWN_SWITCH)
        kind = type(getattr(faults, name))
        if not isinstance(value, (int, float) if kind is float else kind):
            raise ImpossibleError(UNKNOWN_SWITCH)
    for name, value in wish.items():
        setattr(faults, name, value)


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}


def _impossible(fault: ImpossibleError) -> tuple[Response, int]:
    return jsonify(ok=False, says=str(fault)), 409
