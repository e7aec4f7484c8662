"""For uptime monitors: alive, ready, and what is wrong in a few words without personal data."""

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from hotline.db import DatabaseError
from hotline.services import health
from hotline.web.product import product

pages = Blueprint("health", __name__)


@pages.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return jsonify(ok=True)


@pages.get("/readyz")
def ready() -> tuple[Response, int]:
    """The database answers and has the tables of this version."""
    from hotline import migrations  # noqa: PLC0415 - calls never wait for Alembic, nor pay its memory

    try:
        current = migrations.is_current(product().database)
    except (SQLAlchemyError, DatabaseError):
        return jsonify(ok=False, says="La base ne répond pas."), 503
    if not current:
        return jsonify(ok=False, says="La base n'est pas à jour : hotline db upgrade."), 503
    return jsonify(ok=True), 200


@pages.get("/status")
def status() -> tuple[Response, int]:
    """All that a coordinator should know of, check by check."""
    hotline = product()
    try:
        with hotline.database.read() as session:
            reasons = health.report(session, hotline.line, hotline.clock.now(), faults=hotline.faults)
    except (SQLAlchemyError, DatabaseError):
        reasons = [health.Reason("database", "La base ne répond pas : les appels sont pris sur répondeur.")]
    listed = [{"check": reason.check, "says": reason.says} for reason in reasons]
    return jsonify(ok=not listed, reasons=listed), 503 if listed else 200
