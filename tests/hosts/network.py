"""A network of one's own: each host in a namespace, on a cable that can be pulled; one has PostgreSQL."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.conftest import missing

IP = shutil.which("ip") or "/usr/sbin/ip"
PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))


class Network:
    """A bridge, and hosts plugged into it by a pair of interfaces each."""

    def __init__(self) -> None:
        self._mark = f"{os.getpid() % 100_000:05}"
        self._bridge = f"line{self._mark}"
        self._net = f"10.{200 + os.getpid() % 50}.{os.getpid() // 50 % 250}"
        self.here = f"{self._net}.254"
        self._numbers: dict[str, int] = {}

    def lay(self) -> None:
        """Lay the cables; raises OSError or CalledProcessError where that is not allowed."""
        _ip("link", "add", self._bridge, "type", "bridge")
        _ip("addr", "add", f"{self.here}/24", "dev", self._bridge)
        _ip("link", "set", self._bridge, "up")

    def host(self, name: str) -> str:
        """Plug a new host in; return its address."""
        self._numbers[name] = len(self._numbers) + 1
        space, cable, address = self._space(name), self._cable(name), f"{self._net}.{self._numbers[name]}"
        _ip("netns", "add", space)
        _ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", space)
        _ip("link", "set", cable, "master", self._bridge, "up")
        _ip("-n", space, "addr", "add", f"{address}/24", "dev", "eth0")
        for interface in ("eth0", "lo"):
            _ip("-n", space, "link", "set", interface, "up")
        return address

    def inside(self, name: str) -> list[str]:
        """What to write before a command that runs on a host."""
        return [IP, "netns", "exec", self._space(name)]

    def pull(self, name: str) -> None:
        """Pull a host's cable: what is sent is lost, and nobody is told."""
        _ip("link", "set", self._cable(name), "down")

    def plug(self, name: str) -> None:
        """Plug it in again."""
        _ip("link", "set", self._cable(name), "up")

    def remove(self) -> None:
        """Leave nothing behind."""
        for name in self._numbers:
            with suppress(subprocess.CalledProcessError):
                _ip("netns", "del", self._space(name))
        with suppress(subprocess.CalledProcessError):
            _ip("link", "del", self._bridge)

    def _space(self, name: str) -> str:
        return f"line{self._mark}-{name}"

    def _cable(self, name: str) -> str:
        return f"l{self._mark}{name}"


@contextmanager
def laid() -> Iterator[Network]:
    """A network, where the machine lets us have one."""
    network = Network()
    try:
        network.lay()
    except (OSError, subprocess.CalledProcessError) as error:
        missing("netns", f"no network namespaces here, they want root and iproute2 ({error})")
    try:
        yield network
    finally:
        network.remove()


@contextmanager
def postgres(network: Network, name: str) -> Iterator[str]:
    """A PostgreSQL server of one's own on a new host; its address, where databases may be made."""
    if not PROGRAMS:
        missing("netns", "no PostgreSQL server under /usr/lib/postgresql (Debian's package postgresql)")
    programs, address = PROGRAMS[-1].parent, network.host(name)
    someone = pwd.getpwnam("postgres")
    as_postgres = ["setpriv", f"--reuid={someone.pw_uid}", f"--regid={someone.pw_gid}", "--clear-groups"]
    with tempfile.TemporaryDirectory(prefix="line-postgres-") as folder:
        os.chown(folder, someone.pw_uid, someone.pw_gid)
        data = f"{folder}/data"
        _quietly(*as_postgres, str(programs / "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-N")
        with Path(data, "pg_hba.conf").open("a") as rules:
            rules.write("host all all 10.0.0.0/8 trust\n")
        settings = ["-k", folder, "-c", "listen_addresses=*", "-c", "fsync=off"]
        server = subprocess.Popen(
            [*network.inside(name), *as_postgres, programs / "postgres", "-D", data, *settings],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield f"postgresql+psycopg://postgres@{address}/postgres"
        finally:
            server.terminate()
            server.wait(20)


def _ip(*words: str) -> None:
    _quietly(IP, *words)


def _quietly(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)
