"""Serves the exchange on 127.0.0.1: API, control API, telephones page; keeps time when it is live."""

from __future__ import annotations

import logging
import threading

from flask import Flask, redirect
from werkzeug import Response
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from hotline.rehearsal.control import add_control
from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.page import register
from hotline.rehearsal.rest.api import add_api

TICK_SECONDS = 0.05
log = logging.getLogger("hotline.rehearsal")


def create_app(exchange: Exchange) -> Flask:
    """Return the application around `exchange`; "/" leads to the telephones page."""
    app = Flask("hotline.rehearsal", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    add_api(app, exchange)
    add_control(app, exchange)
    register(app, exchange)

    @app.get("/")
    def home() -> Response:
        return redirect("/telephones")

    return app


class QuietHandler(WSGIRequestHandler):
    """One request a connection, and no line in the log for each."""

    protocol_version = "HTTP/1.0"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the exchange keeps its own traces."""


class Server:
    """A running stand-in carrier; `close` stops it."""

    def __init__(self, exchange: Exchange, port: int) -> None:
        self._exchange = exchange
        self._stopped = threading.Event()
        self._http: BaseWSGIServer = make_server(
            "127.0.0.1", port, create_app(exchange), threaded=True, request_handler=QuietHandler
        )
        self.base_url = f"http://127.0.0.1:{self._http.server_port}"
        exchange.base_url = self.base_url
        self._threads = [threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)]
        if exchange.clock.live:
            self._threads.append(threading.Thread(target=self._keep_time, daemon=True))
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop serving and stop time."""
        self._stopped.set()
        self._http.shutdown()
        self._http.server_close()
        for thread in self._threads:
            thread.join(timeout=5)

    def _keep_time(self) -> None:
        while not self._stopped.wait(TICK_SECONDS):
            try:
                self._exchange.settle()
            except Exception:
                log.exception("an action of the stand-in carrier failed")


def serve(exchange: Exchange, port: int = 0) -> Server:
    """Serve `exchange` on 127.0.0.1 (a free port when 0) from background threads."""
    return Server(exchange, port)
