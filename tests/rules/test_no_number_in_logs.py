"""What reviewers forget: whatever goes wrong of an evening, no telephone number reaches the logs."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from datetime import datetime
from io import StringIO
from pathlib import Path

import structlog

from hotline import logs
from hotline.cli.stage import LINE, open_stage
from hotline.db import Database
from hotline.telephony.base import TelephonyError
from tests.journeys.conftest import PARIS
from tests.people import add_listener, add_volunteer

LUCIEN, ODETTE, CAMILLE, NADIA = "+33639980001", "+33199000201", "+33639980101", "+33639980102"
ABROAD = "+32470123456"


@contextmanager
def logged() -> Iterator[StringIO]:
    """What every process of ours writes to its logs, down to the libraries' smallest talk."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers.clear()
    with redirect_stderr(StringIO()) as written:
        logs.configure()
        root.setLevel(logging.DEBUG)
        yield written
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def spellings(number: str) -> set[str]:
    """How a number may be written: E.164, national, in pairs, escaped."""
    national = "0" + number[3:]
    pairs = [national[at : at + 2] for at in range(0, len(national), 2)]
    return {number, number[1:], national, " ".join(pairs), ".".join(pairs), "%2B" + number[1:]}


def test_an_evening_of_calls_texts_and_faults_leaves_no_number_in_the_logs(
    environment: Path, database: Database
) -> None:
    start = datetime(2026, 11, 24, 17, 30, tzinfo=PARIS)
    with logged() as written, open_stage(environment, start, database=database) as town:
        add_volunteer(town.hotline, "Camille", CAMILLE)
        add_listener(town.hotline, NADIA)
        town.exchange.faults.rest_status, town.exchange.faults.rest_status_times = 503, 1
        town.phone(CAMILLE).sms_error = 30007
        town.phone(ODETTE).dial(LINE)
        town.phone(LUCIEN).text(LINE, "Rappelez-moi")
        town.phone(ABROAD).text(LINE, f"Mon numéro : {ABROAD}")
        town.let(minutes=3)
        town.phone(CAMILLE).text(LINE, f"oui ou non ? appelez le {ODETTE}")
        town.exchange.faults.rest_drop_after_processing = 1
        town.phone(CAMILLE).text(LINE, "STOP")
        town.let(minutes=4)
        try:
            town.hotline.carrier.send_text(
                to="+15005550001", sender=LINE, body=LUCIEN, on_receipt=LUCIEN, valid_for=None
            )
        except TelephonyError:
            structlog.get_logger().exception("refused", to=LUCIEN, list=[{"of": ODETTE}], says=f"({CAMILLE})")
        said = written.getvalue()
    assert "text_not_taken" in said
    assert "refused" in said
    for number in (LUCIEN, ODETTE, CAMILLE, NADIA, ABROAD, LINE):
        for spelling in spellings(number):
            assert spelling not in said
    assert not re.search(r"\+33\d{9}", said)
