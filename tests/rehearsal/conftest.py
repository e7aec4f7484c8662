"""The stand-in carrier around a tiny product, for every test of this folder."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from twilio.rest import Client
from werkzeug.serving import make_server

from hotline.rehearsal.clock import ManualClock
from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.phones import Phone
from hotline.rehearsal.server import Server, serve
from tests.rehearsal.product import ACCOUNT, LINE, START, TOKEN, Loopback, Product, Quiet


@pytest.fixture(scope="session")
def product_server() -> Iterator[Product]:
    product = Product()
    app = Flask("product")
    app.before_request(product.answer)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    product.base = f"http://127.0.0.1:{server.server_port}"
    yield product
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def product(product_server: Product) -> Product:
    product_server.answers.clear()
    product_server.seen.clear()
    product_server.signed_base = ""
    return product_server


@pytest.fixture
def exchange(product: Product) -> Exchange:
    exchange = Exchange(account_sid=ACCOUNT, auth_token=TOKEN, clock=ManualClock(START))
    exchange.add_number(
        LINE,
        voice_url=f"{product.base}/voice/incoming",
        voice_fallback_url=f"{product.base}/voice/fallback",
        status_callback=f"{product.base}/voice/status",
        sms_url=f"{product.base}/sms/incoming",
    )
    return exchange


@pytest.fixture
def caller(exchange: Exchange) -> Phone:
    return exchange.phone("+33639980001")


@pytest.fixture
def server(exchange: Exchange) -> Iterator[Server]:
    server = serve(exchange)
    yield server
    server.close()


@pytest.fixture
def client(server: Server) -> Client:
    http = Loopback(server.base_url)
    return Client(ACCOUNT, TOKEN, http_client=http)
