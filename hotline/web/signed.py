"""Webhooks: signed by the carrier or refused, the whole blueprint at once."""

from urllib.parse import quote

from flask import Blueprint, Response, abort, request
from werkzeug.datastructures import MultiDict

from hotline.web.product import product


def guard(blueprint: Blueprint) -> Blueprint:
    """Refuse with 403 every request to the blueprint that the carrier has not signed."""
    blueprint.before_request(_refuse_strangers)
    return blueprint


def form() -> MultiDict[str, str]:
    """Return the carrier's parameters, whichever method the number is configured with."""
    return request.form if request.method == "POST" else request.args


def twiml(document: str) -> Response:
    """Answer with a document that the carrier carries out."""
    return Response(document, content_type="text/xml; charset=utf-8")


def _refuse_strangers() -> None:
    signed_form = request.form.items(multi=True) if request.method == "POST" else ()
    accepted = product().signatures.accepts(
        product().settings.public_url + _raw_path(),
        signed_form,
        request.headers.get("X-Twilio-Signature"),
        request.headers.get("X-Twilio-Webhooks-Signature-Settings"),
    )
    if not accepted:
        abort(403)


def _raw_path() -> str:
    """Return path and query as they were sent: a decoded and re-encoded address has another signature."""
    raw = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or "")
    if raw.startswith("/"):
        return raw
    query = request.query_string.decode("ascii", "replace")
    return quote(request.path) + (f"?{query}" if query else "")
