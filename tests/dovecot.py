"""A real IMAP server on the loopback: Debian's dovecot, one for all tests, a fresh box for each."""

import grp
import imaplib
import os
import pwd
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import pytest

from tests.conftest import missing

PROGRAM = Path("/usr/sbin/dovecot")
PASSWORD = "m0t:de/passe@essai"
_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
{tls}
disable_plaintext_auth = no
default_internal_user = {user}
default_login_user = {login_user}
default_internal_group = {group}
first_valid_uid = 0
mail_location = maildir:{folder}/boxes/%u
mail_fsync = never
mail_max_userip_connections = 100
auth_mechanisms = plain login
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/boxes/%u
}}
service imap-login {{
  chroot =
  inet_listener {kind} {{
    port = {port}
  }}
  inet_listener {other} {{
    port = 0
  }}
}}
auth_failure_delay = 0
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


@dataclass
class Dovecot:
    """One server: its processes, its port, and the folder of its boxes."""

    folder: Path
    certificate: Path | None = None
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def owner(self) -> tuple[int, int]:
        """Whose the mails are: ours, or nobody's where we are root (dovecot refuses root)."""
        return (os.getuid(), os.getgid()) if os.getuid() else (65534, 65534)

    def start(self) -> None:
        """Start on a free port, or again on the one of before, and wait until it answers."""
        self.port = self.port or _free_port()
        configuration = self.folder / "dovecot.conf"
        configuration.write_text(_CONFIGURATION.format(**self._values()))
        self.process = subprocess.Popen(
            [PROGRAM, "-F", "-c", configuration],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + 10
        while not self._answers():
            assert self.process.poll() is None, self.process.stderr and self.process.stderr.read()
            assert time.monotonic() < until, (self.folder / "log").read_text()
            select.select([], [], [], 0.02)

    def stop(self) -> None:
        """Stop all its processes in the midst of whatever they do, as when the power fails."""
        assert self.process
        assert self.process.stderr
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        self.process.stderr.close()

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as there:
                return self.certificate is not None or there.recv(4) == b"* OK"
        except OSError:
            return False

    def _values(self) -> dict[str, object]:
        uid, gid = self.owner
        me, mine = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
        internal = ("dovecot", "dovenull", "dovecot") if os.getuid() == 0 else (me, me, mine)
        file = self.certificate
        return {
            **dict(zip(("user", "login_user", "group"), internal, strict=True)),
            **dict(zip(("kind", "other"), ("imaps", "imap") if file else ("imap", "imaps"), strict=True)),
            "folder": self.folder,
            "port": self.port,
            "uid": uid,
            "gid": gid,
            "password": PASSWORD,
            "tls": f"ssl_cert = <{file}\nssl_key = <{file}" if file else "ssl = no",
        }

    def box(self) -> "Box":
        """Return a fresh, empty box."""
        return Box(self, f"boite-{uuid4().hex[:12]}")


@dataclass
class Box:
    """Somebody's mailbox on it."""

    server: Dovecot
    name: str

    @property
    def url(self) -> str:
        password = quote(PASSWORD, safe="")
        return f"imap://{self.name}:{password}@127.0.0.1:{self.server.port}"

    def put(self, *mails: bytes | str, flags: str = "") -> None:
        """Deliver mails, oldest first."""
        with self._owner() as client:
            for mail in mails:
                raw = mail if isinstance(mail, bytes) else mail.encode()
                status, said = client.append(
                    "INBOX", flags, None, raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
                )
                assert status == "OK", said

    def deliver(self, mails: Iterable[str]) -> None:
        """Put any number of mails into the box as a delivery agent does: each a file."""
        folder = self.server.folder / "boxes" / self.name
        for place in ("cur", "new", "tmp"):
            (folder / place).mkdir(parents=True)
        for number, mail in enumerate(mails):
            (folder / "new" / f"1790000000.M{number:06d}.exemple").write_text(
                mail.replace("\n", "\r\n"), newline=""
            )
        for path in (folder, *folder.rglob("*")):
            os.chown(path, *self.server.owner)

    def flags(self) -> list[bytes]:
        """Return the marks on each mail, as the owner's mail program would show them."""
        with self._owner() as client:
            client.select("INBOX", readonly=True)
            _status, found = client.fetch("1:*", "(FLAGS)")
            return [line for line in found if line]

    def empty(self) -> None:
        """Throw every mail away."""
        with self._owner() as client:
            client.select("INBOX")
            client.store("1:*", "+FLAGS", r"(\Deleted)")
            client.expunge()

    def start_anew(self) -> None:
        """Let the server forget its numbering: another UIDVALIDITY, UIDs from one on, the same mails."""
        folder = self.server.folder / "boxes" / self.name
        validity = re.search(r" V(\d+)", (folder / "dovecot-uidlist").read_text())
        assert validity
        for file in folder.glob("dovecot*"):
            file.unlink()
        (folder / "dovecot-uidlist").write_text(f"3 V{int(validity[1]) + 1} N1\n")
        shutil.chown(folder / "dovecot-uidlist", *self.server.owner)

    def _owner(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.server.port, timeout=10)
        client.login(self.name, PASSWORD)
        return client


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """The server of this worker."""
    if not PROGRAM.exists():
        missing("imap", f"no {PROGRAM} (Debian's package dovecot-imapd)")
    with served() as server:
        yield server


@pytest.fixture
def box(dovecot: Dovecot) -> Box:
    """A fresh mailbox."""
    return dovecot.box()


@contextmanager
def served(certificate: Path | None = None) -> Iterator[Dovecot]:
    """Run a server of one's own, with TLS if it has a certificate; its folder's name fits into a socket's."""
    with tempfile.TemporaryDirectory(prefix="dovecot-", ignore_cleanup_errors=True) as name:
        server = Dovecot(Path(name), certificate)
        server.folder.chmod(0o755)
        (server.folder / "boxes").mkdir()
        os.chown(server.folder / "boxes", *server.owner)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
