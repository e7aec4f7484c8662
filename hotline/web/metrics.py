"""`/metrics` for Prometheus: what the database says at this moment, for whoever holds the token."""

import hmac
from collections.abc import Iterator
from importlib import metadata
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import WWWAuthenticate

from hotline.bootstrap import Hotline
from hotline.db import DatabaseError
from hotline.services import metrics
from hotline.services.metrics import Figure, Sample
from hotline.web.product import product

if TYPE_CHECKING:
    from prometheus_client.core import Metric

_PREFIX: Final = "hotline_"
_THROUGH_A_PROXY: Final = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded", "Via")

pages = Blueprint("metrics", __name__)


@pages.get("/metrics")
def scraped() -> Response:
    """The figures of this moment; without a token they are for this machine alone."""
    hotline = product()
    if not _may_read(hotline):
        says = "Jeton absent ou faux : HOTLINE_METRICS_TOKEN, dans l'en-tête Authorization: Bearer.\n"
        refused = Response(says, status=401, mimetype="text/plain")
        refused.www_authenticate = WWWAuthenticate("bearer")
        return refused
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest  # noqa: PLC0415

    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(_figures(hotline)))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Collector:
    """Hands out figures that have just been read."""

    def __init__(self, figures: list[Figure]) -> None:
        self._figures = figures

    def collect(self) -> Iterator["Metric"]:
        """Yield each figure as Prometheus's library wants it."""
        from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415 - only where it is asked for

        for figure in self._figures:
            labels: Any = [figure.label] if figure.label else []
            gauge = GaugeMetricFamily(_PREFIX + figure.name, figure.help, labels=labels)
            for sample in figure.samples:
                gauge.add_metric([sample.label] if figure.label else [], sample.value)
            yield gauge


def _figures(hotline: Hotline) -> list[Figure]:
    """Return the figures; where the database is away, that it is."""
    known, up = [_build(), *_spool(hotline)], True
    try:
        with hotline.database.read() as session:
            known += metrics.read(session, hotline.line, hotline.clock.now())
    except (SQLAlchemyError, DatabaseError):
        up = False
    return [*known, Figure("database_up", "Whether the database answers.", [Sample(float(up))])]


def _build() -> Figure:
    version = metadata.version("on-se-parle")
    return Figure("build_info", "The version that runs.", [Sample(1.0, version)], "version")


def _spool(hotline: Hotline) -> Iterator[Figure]:
    """Yield what waits on this host for the database to be back; other hosts tell of theirs."""
    says = "Events on this host that"
    yield Figure("spool_waiting", f"{says} wait for the database.", [Sample(len(hotline.spool.waiting()))])
    yield Figure("spool_aside", f"{says} could not be read.", [Sample(len(hotline.spool.aside()))])


def _may_read(hotline: Hotline) -> bool:
    """With a token, whoever holds it; without one, this very machine and nobody behind a proxy."""
    token = hotline.settings.environment.metrics_token
    if token is None:
        return _asks_from_here()
    given = request.authorization
    held = given.token if given is not None and given.type == "bearer" else None
    return hmac.compare_digest((held or "").encode(), token.get_secret_value().encode())


def _asks_from_here() -> bool:
    """A proxy on this machine comes from here too: what it adds, or another name, gives it away."""
    if any(header in request.headers for header in _THROUGH_A_PROXY):
        return False
    host = request.host.rpartition(":")[0] or request.host
    return _is_loopback(request.remote_addr or "") and (host == "localhost" or _is_loopback(host.strip("[]")))


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
