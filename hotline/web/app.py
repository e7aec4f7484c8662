"""Puts the Flask application together."""

from http import HTTPStatus

from flask import Flask, Response, request
from flask_wtf import CSRFProtect
from werkzeug import Response as Answer
from werkzeug.exceptions import HTTPException

from hotline.bootstrap import Hotline
from hotline.web import (
    desk,
    entrance,
    health,
    i18n,
    joining,
    log_context,
    metrics,
    missions,
    prompts,
    sms,
    voice,
    volunteer,
    waits,
)
from hotline.web.product import EXTENSION

LONGEST_FORM = 64 * 1024
WEBHOOKS = frozenset({"voice", "sms"})
_VOLUNTEERS = "v"
_BARE = frozenset({None, *entrance.BLUEPRINTS})


def create_app(hotline: Hotline) -> Flask:
    """Return the application that serves one product."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_FORM
    app.config["MAX_FORM_MEMORY_SIZE"] = LONGEST_FORM
    app.secret_key = hotline.settings.secret_key
    app.extensions[EXTENSION] = hotline
    log_context.follow(app, WEBHOOKS)
    _protect_forms(app, hotline)
    i18n.prepare(app)
    webhooks = (voice.webhooks, sms.webhooks)
    public = (prompts.pages, health.pages, metrics.pages, missions.pages, joining.pages)
    for room in (*webhooks, *public, desk.pages, volunteer.pages):
        app.register_blueprint(room)
    entrance.prepare(app, hotline)
    app.register_error_handler(HTTPException, _told)
    waits.bounded(app)
    return app


def _protect_forms(app: Flask, hotline: Hotline) -> None:
    """A form is taken with its token only, as long as the cookie lives; webhooks carry a signature instead.

    Our pages send no Referer, so that none is asked for.
    """
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=hotline.settings.public_url.startswith("https:"),
        PERMANENT_SESSION_LIFETIME=hotline.line.config.links.last,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    csrf = CSRFProtect(app)
    csrf.exempt(voice.webhooks)
    csrf.exempt(sms.webhooks)


def _told(error: HTTPException) -> HTTPException | Answer:
    """Under the webhooks' addresses a stranger learns nothing: 403 whatever was asked, and however.

    Whoever mistypes an address of the desk is shown the way back.
    """
    room = request.path.split("/")[1]
    if room in WEBHOOKS:
        return Response("Signature refused.", status=403, mimetype="text/plain")
    if error.code == HTTPStatus.NOT_FOUND and request.endpoint is None and room != _VOLUNTEERS:
        return entrance.nowhere()
    if error.code == HTTPStatus.INTERNAL_SERVER_ERROR and request.blueprint in _BARE:
        return entrance.broken()
    return error
