"""`/metrics`: what Prometheus reads, by whom, and nothing personal in it."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.db import Database
from hotline.services import health, heartbeats
from hotline.settings import load
from hotline.web import create_app
from tests.conftest import StoppedClock
from tests.databases import on_sqlite
from tests.served import lender
from tests.webhooks import Webhooks

SECRET = "a long word chosen at random"
HERE = "http://127.0.0.1:8000"


@pytest.fixture
def client(hotline: Hotline) -> FlaskClient:
    """Somebody on this very machine."""
    return lender.lend(hotline).test_client()


@pytest.fixture
def guarded(
    hotline: Hotline, monkeypatch: pytest.MonkeyPatch, clock: StoppedClock, databases: dict[str, Database]
) -> FlaskClient:
    """The same line with a token."""
    monkeypatch.setenv("HOTLINE_METRICS_TOKEN", SECRET)
    return create_app(bootstrap.build(load(), clock)).test_client()


def test_what_is_served_is_what_prometheus_reads(hotline: Hotline, client: FlaskClient) -> None:
    Webhooks(hotline).text("Rappelez-moi", "+33639980001")
    with hotline.database.write() as session:
        heartbeats.note(session, health.CLOCK, hotline.clock.now())
    answer = client.get("/metrics", base_url=HERE)
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    found = {family.name: family for family in text_string_to_metric_families(answer.text)}
    assert all(re.fullmatch(r"hotline_[a-z_]+", name) for name in found)
    assert all(family.type == "gauge" and family.documentation for family in found.values())
    assert found["hotline_database_up"].samples[0].value == 1
    assert found["hotline_clock_heartbeat_age_seconds"].samples[0].value == 0
    assert found["hotline_request_waiting_count"].samples[0].value == 1
    assert found["hotline_build_info"].samples[0].labels.keys() == {"version"}
    assert found["hotline_backup_age_seconds"].samples == []
    assert "3998" not in answer.text


@on_sqlite
def test_where_the_database_is_away_that_is_what_is_said(hotline: Hotline, client: FlaskClient) -> None:
    with hotline.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE heartbeats")
    answer = client.get("/metrics", base_url=HERE)
    assert answer.status_code == 200
    assert "hotline_database_up 0.0" in answer.text
    assert "hotline_build_info" in answer.text


@on_sqlite
@pytest.mark.parametrize(
    ("base", "peer", "headers"),
    [
        (HERE, "192.0.2.7", {}),
        (HERE, "127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}),
        (HERE, "127.0.0.1", {"X-Real-IP": "127.0.0.1"}),
        (HERE, "127.0.0.1", {"Forwarded": "for=127.0.0.1"}),
        ("https://hotline.example", "127.0.0.1", {}),
        (HERE, "127.0.0.1", {"X-Forwarded-For": "", "Authorization": f"Bearer {SECRET}"}),
    ],
)
def test_without_a_token_only_this_machine_reads_and_no_proxy_on_it(
    client: FlaskClient, base: str, peer: str, headers: dict[str, str]
) -> None:
    answer = client.get("/metrics", base_url=base, headers=headers, environ_overrides={"REMOTE_ADDR": peer})
    assert answer.status_code == 401
    assert "hotline_" not in answer.text


@on_sqlite
@pytest.mark.parametrize("base", ["http://[::1]:8000", "http://localhost:8000", HERE])
def test_this_machine_has_several_names(client: FlaskClient, base: str) -> None:
    assert client.get("/metrics", base_url=base).status_code == 200


@on_sqlite
def test_with_a_token_whoever_holds_it_reads_from_anywhere_and_nobody_else(guarded: FlaskClient) -> None:
    away = {"base_url": "https://hotline.example", "environ_overrides": {"REMOTE_ADDR": "192.0.2.7"}}
    assert guarded.get("/metrics", headers={"Authorization": f"Bearer {SECRET}"}, **away).status_code == 200
    assert guarded.get("/metrics", headers={"Authorization": "Bearer wrong"}, **away).status_code == 401
    assert guarded.get("/metrics", headers={"Authorization": f"Basic {SECRET}"}, **away).status_code == 401
    assert guarded.get("/metrics", base_url=HERE).status_code == 401


@on_sqlite
def test_the_library_is_loaded_by_nothing_but_a_scrape(environment: Path) -> None:
    source = Path(__file__).resolve().parents[2] / "hotline"
    named = [file.name for file in source.rglob("*.py") if "prometheus_client" in file.read_text()]
    assert named == ["metrics.py"]
