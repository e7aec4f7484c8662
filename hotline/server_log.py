"""What gunicorn writes: masked as everything else, and a page's address never tells more than its room."""

import logging
from typing import Any

from gunicorn.glogging import Logger

from hotline import logs


class ServerLog(Logger):  # type: ignore[misc]  # the library has no types
    """The server's own lines in our form; an access log, should somebody want one, names nobody."""

    def setup(self, cfg: Any) -> None:
        """Write as our own logs do."""
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            for handler in log.handlers:
                handler.setFormatter(logs.formatter() if log is self.error_log else _Masked("%(message)s"))

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> dict[str, Any]:
        """Return what a line of the access log may be made of."""
        found: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        room = "/" + str(environ.get("PATH_INFO") or "/").split("/")[1]
        protocol = environ.get("SERVER_PROTOCOL", "")
        found |= {name: "-" for name in found if name.startswith("{")}
        return found | {
            "h": "-",
            "u": "-",
            "q": "",
            "f": "-",
            "U": room,
            "r": f"{found['m']} {room} {protocol}",
        }


class _Masked(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return logs.masked(super().format(record))
