"""`hotline serve`: web and clock together on one machine."""

import errno
import shlex
import socket
import sys
import threading
import time
from pathlib import Path

import click
from honcho.manager import SYSTEM_PRINTER_NAME, Manager
from honcho.printer import Message, Printer

from hotline.backup import upgrading
from hotline.bootstrap import Hotline
from hotline.cli import french, printing
from hotline.cli.backup import progress
from hotline.cli.product import product
from hotline.errors import HotlineError
from hotline.settings import Settings

STOPPED_BY_HAND = frozenset({130, 143})
MOST_SECONDS = 30.0
_BETWEEN_LOOKS = 0.05
_PACKAGED = Path(__file__).resolve().parents[2] / "config"
_SERVER = "gunicorn.conf.py"


class _InOrder(Manager):  # type: ignore[misc]  # the library has no types
    """Stops its processes one after the other, the one that was named last first: each has its time to end.

    The clock hands over nothing more before the web stops answering.
    """

    ending = False

    def terminate(self) -> None:
        """Begin to stop; the loop goes on until the last process has ended."""
        if not self.ending:
            self.ending = True
            threading.Thread(target=self._stop_each, daemon=True).start()

    def kill(self) -> None:
        """Leave it to `terminate`, which knows how long each may take."""

    def _stop_each(self) -> None:
        for process in reversed(self._processes.values()):
            deadline = time.monotonic() + MOST_SECONDS
            while "pid" not in process:
                time.sleep(_BETWEEN_LOOKS)
            self._procmgr.terminate(process["pid"])
            while "returncode" not in process:
                if time.monotonic() > deadline:
                    self._procmgr.kill(process["pid"])
                time.sleep(_BETWEEN_LOOKS)


class _OurLines(Printer):  # type: ignore[misc]  # the library has no types
    """Prints what the processes say; the manager's own news are told by `serve`."""

    def write(self, message: Message) -> None:
        """Print one line of a process."""
        if message.name != SYSTEM_PRINTER_NAME:
            super().write(message)


@click.command("serve", cls=french.Command)
def serve() -> None:
    """Fait tourner la ligne sur cette machine : web et horloge, jusqu'à Ctrl-C.

    Met d'abord la base à jour. HOTLINE_HOST et HOTLINE_PORT choisissent l'adresse (127.0.0.1:8000).
    """
    hotline = product()
    prepare(hotline)
    environment = hotline.settings.environment
    printing.say(f"La ligne répond sur http://{environment.host}:{environment.port} ; Ctrl-C l'arrête.")
    status = run(commands(hotline.settings))
    if status not in STOPPED_BY_HAND:
        raise HotlineError(f"un des processus s'est arrêté (code {status}) : voyez les lignes ci-dessus.")
    printing.say("La ligne est arrêtée.")


def prepare(hotline: Hotline) -> None:
    """Make sure that the line can start, with its tables up to date; raises HotlineError otherwise."""
    hotline.settings.carrier()
    ensure_free(hotline.settings.environment.host, hotline.settings.environment.port)
    with progress() as tell:
        upgrading.upgrade(hotline, hotline.clock.now(), tell, printing.say)
    hotline.database.close()


def commands(settings: Settings) -> dict[str, str]:
    """Return the shell command of each process."""
    beside = settings.config_folder / _SERVER
    server = beside if beside.exists() else _PACKAGED / _SERVER
    web = [sys.executable, "-m", "gunicorn", "-c", str(server), "hotline.wsgi:app"]
    return {
        "web": f"exec {shlex.join(web)}",
        "clock": f"exec {shlex.join([sys.executable, '-m', 'scheduler'])}",
    }


def run(processes: dict[str, str]) -> int:
    """Run the processes until one of them, or the person at the keyboard, stops all; return the status."""
    manager = _InOrder(_OurLines(sys.stdout))
    for name, command in processes.items():
        manager.add_process(name, command)
    manager.loop()
    return int(manager.returncode or 0)


def ensure_free(host: str, port: int) -> None:
    """Raise HotlineError when nothing can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise HotlineError(
                    f"Le port {port} est déjà pris : choisissez-en un autre, par exemple en écrivant "
                    f"HOTLINE_PORT={port + 10} devant la même commande."
                ) from error
            raise HotlineError(f"Impossible d'écouter sur {host}:{port} ({error.strerror}).") from error
