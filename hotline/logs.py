"""Structured logs, one line an event: JSON for machines, text at a terminal.

Telephone numbers are masked on their way out and secrets cut out of addresses, whoever wrote the line.
"""

import logging
import re
import sys
import threading
import traceback
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import Processor

_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:\+|%2B|00)?\d(?:[ .\-]?\d){7,14}(?![0-9A-Za-z])")
_SECRET = re.compile(r"(/(?:v|calendar|invitation|kept|undo|rehearsal)/)[\w~%-]{16,}")
_QUERY = re.compile(r"(?<=[\w/])\?[\w%.~-]+=[^\s\"'<>]*")
_UNTOUCHED = frozenset({"timestamp", "level"})
_PLAIN = (bool, float, type(None))


def masked(text: str) -> str:
    """Return the text with every telephone number reduced to its last two digits, and no secret address."""
    cut = _SECRET.sub(r"\1…", _QUERY.sub("?…", text))
    return _NUMBER.sub(lambda found: "…" + re.sub(r"\D", "", found[0])[-2:], cut)


def mask_numbers(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Mask whatever a log event holds (structlog processor)."""
    return {key: value if key in _UNTOUCHED else _deep(value) for key, value in event.items()}


def _deep(value: object) -> object:
    """Mask texts wherever they are; whatever may hold a number is written as a masked text."""
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, int):
        return value if masked(str(value)) == str(value) else masked(str(value))
    if isinstance(value, Mapping):
        return {masked(str(key)): _deep(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_deep(inner) for inner in value]
    return masked(value if isinstance(value, str) else str(value))


def configure() -> None:
    """Send our events and those of libraries to stderr, each with what is being worked on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    structlog.configure(
        processors=[*_common(), *_written()],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    sys.excepthook = _crashed
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _thread_crashed


def formatter() -> logging.Formatter:
    """Return what writes a library's line as one of ours."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_logger_name, *_common()],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_written()],
    )


def _common() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _written() -> list[Processor]:
    """Masked once exceptions are texts; then nothing is added any more."""
    renderer: Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    if sys.stderr.isatty():
        renderer = structlog.dev.ConsoleRenderer()
    return [structlog.processors.format_exc_info, mask_numbers, renderer]


def _crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Write what ends a process, masked like all else."""
    sys.stderr.write(masked("".join(traceback.format_exception(kind, error, trace))))


def _thread_crashed(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_value is not None and crash.exc_type is not SystemExit:
        _crashed(crash.exc_type, crash.exc_value, crash.exc_traceback)
