"""Debian's nginx with our own example in front of a machine: its own certificate, ports from the system."""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.conftest import missing
from tests.deploy.machine import ROOT

NAME = "ligne.exemple.fr"
EXAMPLE = ROOT / "config" / "nginx" / "on-se-parle.conf"
_AROUND = """
daemon off;
master_process off;
{user}
pid {folder}/pid;
error_log {folder}/startup.log;
events {{ }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{site}
}}
"""


@dataclass
class Proxy:
    """Where nginx listens, and the certificate that it shows."""

    plain: int
    secure: int
    certificate: Path

    @property
    def url(self) -> str:
        return f"https://localhost:{self.secure}"


def program() -> str:
    """Return nginx, or skip (fail where it is required)."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        missing("nginx", "nginx is not installed")
    return str(found)


@contextmanager
def proxy(folder: Path, upstream: int) -> Iterator[Proxy]:
    """nginx in front of a port of the loopback, as the example says, but for its ports and its paths."""
    nginx = program()
    folder.mkdir()
    plain, secure = _free(), _free()
    certificate = _certified(folder)
    site = EXAMPLE.read_text()
    for said, here in (
        (r"listen \[::\]:\d+.*;", ""),
        (r"listen 80;", f"listen 127.0.0.1:{plain};"),
        (r"listen 443 ssl;", f"listen 127.0.0.1:{secure} ssl;"),
        (r"/etc/letsencrypt/live/[^;]+/fullchain.pem", str(certificate)),
        (r"/etc/letsencrypt/live/[^;]+/privkey.pem", str(folder / "key.pem")),
        (r"/var/log/nginx/", f"{folder}/"),
        (r"127\.0\.0\.1:8000;", f"127.0.0.1:{upstream};"),
    ):
        site, changed = re.subn(said, here, site)
        assert changed, said
    user = "user root;" if os.geteuid() == 0 else ""
    config = folder / "nginx.conf"
    config.write_text(_AROUND.format(folder=folder, user=user, site=site))
    subprocess.run([nginx, "-t", "-p", str(folder), "-c", str(config)], check=True, capture_output=True)
    with subprocess.Popen(
        [nginx, "-p", str(folder), "-c", str(config)], stderr=subprocess.DEVNULL
    ) as running:
        try:
            _answers(running, secure)
            yield Proxy(plain, secure, certificate)
        finally:
            running.terminate()


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _answers(running: "subprocess.Popen[bytes]", port: int) -> None:
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            try:
                running.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
            raise
        return


def _certified(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(NAME), x509.DNSName("localhost")]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    certificate = folder / "certificate.pem"
    certificate.write_bytes(made.public_bytes(pem))
    return certificate
