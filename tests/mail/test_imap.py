"""The mailbox as a real server keeps it: looked into, never touched; every fault is one sentence."""

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from hotline.mail import imap
from hotline.mail.imap import MailboxError, opened
from hotline.mail.parsing import MOST_READ
from tests.dovecot import Box, Dovecot, box, dovecot, served

__all__ = ["box", "dovecot"]


def numbered(count: int) -> list[str]:
    """So many small mails."""
    return [f"Subject: numéro {n}\n\nBonjour {n}.\n" for n in range(1, count + 1)]


def test_mails_are_read_by_their_number_in_order_and_only_once_asked(box: Box) -> None:
    box.put(*numbered(imap.AT_ONCE + 10))
    with opened(box.url) as inbox:
        assert inbox.uid_next == imap.AT_ONCE + 11
        uids = inbox.after(3)
        assert uids == list(range(4, imap.AT_ONCE + 11))
        letters = list(inbox.letters(inbox.waiting(uids)))
    assert [letter.uid for letter in letters] == uids
    assert all(f"Bonjour {letter.uid}.".encode() in letter.raw for letter in letters)
    assert all(letter.size == len(letter.raw) for letter in letters)


def test_nothing_new_is_nothing(box: Box) -> None:
    with opened(box.url) as inbox:
        assert inbox.after(0) == inbox.waiting([]) == []
    box.put("Subject: un\n\nun")
    with opened(box.url) as inbox:
        assert inbox.after(1) == []
        assert list(inbox.letters(inbox.waiting([1, 7]))) == list(inbox.letters(inbox.waiting([1])))


def test_looking_changes_nothing_in_the_mailbox(box: Box) -> None:
    box.put("Subject: un\n\nun", "Subject: deux\n\ndeux")
    box.put("Subject: lu\n\nlu", flags=r"(\Seen)")
    with opened(box.url) as inbox:
        waiting = inbox.waiting(inbox.after(0))
        assert len(list(inbox.letters(waiting))) == 3
    assert [one.seen for one in waiting] == [False, False, True]
    assert [rb"\Seen" in mark for mark in box.flags()] == [False, False, True]


def test_of_a_huge_mail_only_the_beginning_is_fetched(box: Box) -> None:
    box.put("Subject: grand\n\n" + ("a" * 70 + "\n") * 40_000, "Subject: petit\n\npetit")
    with opened(box.url) as inbox:
        grand, petit = inbox.letters(inbox.waiting(inbox.after(0)))
    assert len(grand.raw) == MOST_READ < grand.size
    assert petit.raw.endswith(b"petit")


def test_a_server_that_numbers_anew_is_noticed(box: Box) -> None:
    box.put("Subject: un\n\nun")
    with opened(box.url) as inbox:
        before = inbox.uid_validity
    box.start_anew()
    with opened(box.url) as inbox:
        assert inbox.uid_validity == before + 1
        assert inbox.after(0) == [1]


def test_the_server_says_by_itself_that_a_mail_has_come(box: Box) -> None:
    stop = threading.Event()
    with opened(box.url) as inbox:
        assert inbox.idles
        heard: list[bool] = []
        ear = threading.Thread(target=lambda: heard.append(inbox.news(stop)))
        ear.start()
        box.put("Subject: un\n\nun")
        ear.join(5)
        assert heard == [True]
        ear = threading.Thread(target=lambda: heard.append(inbox.news(stop)))
        ear.start()
        stop.set()
        ear.join(5)
        assert heard == [True, False]
        assert inbox.after(0) == [1]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("imap://x:faux@127.0.0.1:{port}", "refuse le nom ou le mot de passe"),
        ("imap://%C3%A9:faux@127.0.0.1:{port}", "refuse le nom ou le mot de passe"),
        ("imap://x:faux@127.0.0.1:9", "ne répond pas"),
        ("imaps://x:faux@127.0.0.1:{port}", "ne répond pas"),
        ("imap://x:faux@imap.exemple.invalid", "n'est pas chiffré"),
    ],
)
def test_every_fault_is_a_sentence_without_secrets(dovecot: Dovecot, url: str, said: str) -> None:
    with pytest.raises(MailboxError, match=said) as caught, opened(url.format(port=dovecot.port)):
        pass
    assert "faux" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_connection_that_breaks_is_a_sentence_too() -> None:
    with served() as server:
        box = server.box()
        box.put("Subject: un\n\nun")
        with opened(box.url) as inbox:
            server.stop()
            with pytest.raises(MailboxError, match="ne répond pas"):
                inbox.after(0)
        server.start()
        with opened(box.url) as inbox:
            assert inbox.after(0) == [1]


@pytest.fixture
def secured(tmp_path: Path) -> Iterator[tuple[Dovecot, Path]]:
    """A server that speaks TLS only, and its certificate, which no authority has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "certificate.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    with served(certificate=file) as server:
        yield server, file


def test_a_certificate_must_hold(secured: tuple[Dovecot, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    server, certificate = secured
    url = server.box().url.replace("imap:", "imaps:")
    with pytest.raises(MailboxError, match="certificat"), opened(url):
        pass
    monkeypatch.setenv(ssl.get_default_verify_paths().openssl_cafile_env, str(certificate))
    with opened(url) as inbox:
        assert inbox.after(0) == []
    with pytest.raises(MailboxError, match="certificat"), opened(url.replace("127.0.0.1", "localhost")):
        pass
