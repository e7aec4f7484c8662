"""The telephones page: where a person plays callers, listeners and volunteers, and watches the carrier."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, make_response, render_template

from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.phonebook import shown

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "media-src 'self' blob:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def register(app: Flask, exchange: Exchange) -> None:
    """Serve the page at /telephones and its files below it; the page itself asks the control API."""
    pages = Blueprint(
        "telephones",
        __name__,
        url_prefix="/telephones",
        static_folder="static",
        static_url_path="/static",
        template_folder="templates",
    )

    @pages.get("")
    def telephones() -> Response:
        lines = [(entry.number, entry.friendly_name) for entry in exchange.numbers.values()]
        line = shown(next(iter(exchange.numbers), ""))
        return make_response(render_template("telephones.html", line=line, lines=lines))

    @pages.after_request
    def protect(answer: Response) -> Response:
        answer.headers["Content-Security-Policy"] = POLICY
        answer.headers["Permissions-Policy"] = "microphone=(self)"
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer

    app.register_blueprint(pages)
