"""How long a page waits for the database: whoever looks can look again, and calls need the threads."""

from collections.abc import Iterable
from typing import Any, cast
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask

from hotline.db import patience

LONGEST_STEP = 10.0
MONITORS_WAIT = 3.0
MONITORS = frozenset({"/readyz", "/status", "/metrics"})


def bounded(app: Flask) -> None:
    """Let no question of a page wait long for the database; many questions may take long together."""
    serve = app.wsgi_app

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        seconds = MONITORS_WAIT if environ.get("PATH_INFO") in MONITORS else LONGEST_STEP
        with patience.each_step(seconds):
            return serve(environ, start_response)

    cast("Any", app).wsgi_app = answer
