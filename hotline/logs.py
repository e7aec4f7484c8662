"""Structured logs, one line an event; whatever looks like a telephone number is masked on its way out."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:\+|%2B|00)?\d(?:[ .\-]?\d){7,14}(?![0-9A-Za-z])")
_UNTOUCHED = frozenset({"timestamp", "level"})


def masked(text: str) -> str:
    """Return the text with every telephone number reduced to its last two digits."""
    return _NUMBER.sub(lambda found: "…" + re.sub(r"\D", "", found[0])[-2:], text)


def mask_numbers(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Mask every text of a log event (structlog processor)."""
    return {key: value if key in _UNTOUCHED else _deep(value) for key, value in event.items()}


def _deep(value: object) -> object:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return {key: _deep(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_deep(inner) for inner in value]
    return value


class _MaskedFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


def configure() -> None:
    """Send our events and those of libraries to stderr, masked."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_MaskedFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            mask_numbers,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
