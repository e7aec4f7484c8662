"""What a line of the log looks like, and what never stands in one."""

import io
import json
import logging
import sys
from contextlib import redirect_stderr
from datetime import timedelta

import pytest
import structlog
from gunicorn.config import Config

from hotline import logs
from hotline.bootstrap import Hotline
from hotline.phone import PhoneNumber
from hotline.server_log import ServerLog
from scheduler import timetable
from scheduler.timetable import Departure
from tests.rules.test_no_number_in_logs import logged
from tests.webhooks import Webhooks, sid

NUMBER = "+33639980001"
SPELLINGS = (NUMBER, "0639980001", "06 39 98 00 01", "%2B33639980001")


class Terminal(io.StringIO):
    """Somebody who looks on."""

    def isatty(self) -> bool:
        return True


def lines(written: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_our_lines_and_those_of_libraries_are_json_with_what_is_worked_on() -> None:
    with logged() as written, structlog.contextvars.bound_contextvars(job="SMS à envoyer"):
        structlog.get_logger().warning("text_not_taken", row=12)
        logging.getLogger("library").warning("slow: %s", NUMBER)
    ours, theirs = lines(written)
    assert (ours["event"], ours["row"], ours["job"], ours["level"]) == (
        "text_not_taken",
        12,
        "SMS à envoyer",
        "warning",
    )
    assert (theirs["event"], theirs["logger"], theirs["job"]) == ("slow: …01", "library", "SMS à envoyer")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_number_is_masked_wherever_it_hides(spelling: str) -> None:
    with logged() as written:
        structlog.contextvars.bind_contextvars(caller=spelling)
        try:
            fails(ValueError(f"cannot dial {spelling}"))
        except ValueError as error:
            structlog.get_logger().exception(
                f"asked {spelling}",
                error=error,
                keys={spelling: [{spelling}, (spelling.encode(), 33639980001)]},
            )
            logging.getLogger("library").exception("failed", extra={"to": spelling})
        structlog.contextvars.clear_contextvars()
    assert "cannot dial" in written.getvalue()
    assert not holds_a_number(written.getvalue())


def fails(error: Exception) -> None:
    raise error


def holds_a_number(said: str) -> bool:
    return any(spelling.lstrip("+") in said for spelling in (*SPELLINGS, "33639980001"))


def test_what_ends_a_process_or_a_thread_is_masked_too() -> None:
    with redirect_stderr(io.StringIO()) as written:
        try:
            fails(KeyError(NUMBER))
        except KeyError as error:
            logs._crashed(type(error), error, error.__traceback__)
    assert "KeyError" in written.getvalue()
    assert not holds_a_number(written.getvalue())


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Exception on /v/abcdefghijklmnopqrst [GET]", "Exception on /v/… [GET]"),
        ("/v/calendar/abcdefghijklmnopqrst.ics", "/v/calendar/….ics"),
        ("GET /sms/incoming?From=%2B33639980001&Body=Oui HTTP/1.1", "GET /sms/incoming?… HTTP/1.1"),
        ("/Recordings/RE" + "a" * 32 + ".wav", "/Recordings/RE" + "a" * 32 + ".wav"),
        ("Pourquoi ? 12 = 12", "Pourquoi ? 12 = 12"),
    ],
)
def test_a_secret_in_an_address_is_cut(said: str, written: str) -> None:
    assert logs.masked(said) == written


def test_at_a_terminal_lines_are_read_by_people() -> None:
    with redirect_stderr(Terminal()) as written:
        root = logging.getLogger()
        before = root.handlers[:]
        logs.configure()
        structlog.get_logger().warning("text_not_taken", to=NUMBER)
        structlog.reset_defaults()
        root.handlers[:] = before
    assert "text_not_taken" in written.getvalue()
    assert not written.getvalue().startswith("{")
    assert not holds_a_number(written.getvalue())
    assert sys.stderr is not written


def test_a_number_of_ours_is_masked_as_ever() -> None:
    with logged() as written:
        structlog.get_logger().warning(
            "said", to=PhoneNumber(NUMBER), row=1234567, ok=True, none=None, ratio=0.5
        )
    (line,) = lines(written)
    assert (line["row"], line["ok"], line["none"], line["ratio"]) == (1234567, True, None, 0.5)
    assert not holds_a_number(str(line))


def test_an_access_log_that_somebody_wants_names_neither_page_nor_person() -> None:
    class Answer:
        status, sent, headers = "200 OK", 12, ()

    class Asked:
        headers = (("REFERER", "https://exemple.fr/v/abcdefghijklmnopqrst"), ("X-Caller", NUMBER))

    server = ServerLog(Config())
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/v/abcdefghijklmnopqrst",
        "RAW_URI": f"/v/abcdefghijklmnopqrst?from={NUMBER}",
        "QUERY_STRING": f"from={NUMBER}",
        "REMOTE_ADDR": "192.0.2.7",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_USER_AGENT": "Mozilla",
    }
    atoms = server.atoms(Answer(), Asked(), environ, timedelta(seconds=1))
    assert atoms["r"] == "GET /v HTTP/1.1"
    assert "abcdef" not in str(atoms)
    assert not holds_a_number(str(atoms))
    assert "192.0.2.7" not in str(atoms)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The database has no part in this."""
    return sqlite_url


def test_every_line_under_a_webhook_names_its_call_or_its_text(hotline: Hotline) -> None:
    line = Webhooks(hotline)
    with hotline.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE callers")
    with logged() as written:
        line.call(7)
        line.client.post("/voice/incoming", data={"CallSid": "CA" + "f" * 32})
        structlog.get_logger().warning("afterwards")
    first, *_, last = lines(written)
    assert (first["event"], first["call"]) == ("voice_fault", sid("CA", 7))
    assert "call" not in last


def test_a_job_of_the_clock_is_named_in_all_that_it_logs(hotline: Hotline) -> None:
    def job(_hotline: Hotline) -> str:
        logging.getLogger("library").warning("slow")
        return ""

    with logged() as written:
        timetable.run(hotline, Departure("SMS à envoyer", timedelta(seconds=1), job))
    assert [line["job"] for line in lines(written)] == ["SMS à envoyer"]
