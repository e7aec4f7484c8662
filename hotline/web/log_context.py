"""Every line that is logged while a webhook is answered names its call or its text by the carrier's SID."""

from flask import Flask, request
from structlog.contextvars import bind_contextvars, clear_contextvars

from hotline.telephony.sids import is_sid
from hotline.web.signed import form

_CALL, _TEXTS = "CallSid", ("SM", "MM")


def follow(app: Flask, rooms: frozenset[str]) -> None:
    """Name what is being worked on under the addresses that begin with one of these rooms."""

    @app.before_request
    def begin() -> None:
        clear_contextvars()
        if request.path.split("/")[1] in rooms:
            bind_contextvars(**_named())

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        clear_contextvars()


def _named() -> dict[str, str]:
    """Return the SIDs of a request that may still be a stranger's: nothing else of it is believed."""
    given = form()
    call, text = given.get(_CALL, ""), given.get("MessageSid", "")
    named = {"call": call} if is_sid(call, "CA") else {}
    return named | ({"message": text} if is_sid(text, *_TEXTS) else {})
