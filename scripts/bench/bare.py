"""The yardstick: a Flask application that answers every call with the same document."""

from flask import Flask, Response

DOCUMENT = (
    '<?xml version="1.0" encoding="UTF-8"?><Response>'
    '<Say language="fr-FR" voice="Polly.Lea-Neural">Bonjour.</Say></Response>'
)

app = Flask(__name__)


@app.post("/voice/incoming")
def incoming() -> Response:
    """Say hello."""
    return Response(DOCUMENT, content_type="text/xml; charset=utf-8")
