"""One mail handed to a real server: what is written on the wire, and what each refusal means."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from hotline.mail.smtp import Mailer, MailError, Outgoing, composed
from tests.postman import OWN, Postman, postman, served, signs_in, text

__all__ = ["postman"]
ODETTE = "odette@exemple.org"
MAIL = Outgoing(
    message_id="<1.20261124130000@exemple.fr>",
    own=OWN,
    sender=OWN,
    sender_name="On se parle !!",
    to=ODETTE,
    subject="Écrire à Odette",
    body="Bonjour,\n\nÀ bientôt.\n.\n-- \nL’équipe\n",
    at=datetime(2026, 11, 24, 13, 0, tzinfo=UTC),
    headers={"Auto-Submitted": "auto-generated", "Reply-To": OWN},
)


def refused(mailer: Mailer, mail: Outgoing = MAIL) -> MailError:
    with pytest.raises(MailError) as found:
        mailer.send(mail)
    assert ODETTE not in str(found.value)
    return found.value


def test_a_mail_arrives_as_it_was_written(postman: Postman) -> None:
    Mailer(postman.url).send(MAIL)
    (mail,) = postman.arrived
    assert text(mail) == MAIL.body
    assert mail["Subject"] == "Écrire à Odette"
    assert mail["From"].addresses[0].display_name == "On se parle !!"
    assert mail["From"].addresses[0].addr_spec == OWN
    assert mail["Message-ID"] == MAIL.message_id
    assert mail["Date"].datetime == MAIL.at
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Reply-To"].addresses[0].addr_spec == OWN
    assert mail.get_content_type() == "text/plain"
    assert postman.envelopes == [(OWN, [ODETTE])]


def test_over_the_relay_the_servers_answers_still_come_to_us(postman: Postman) -> None:
    Mailer(postman.url).send(replace(MAIL, sender="bonjour+abcd2345@exemple.fr", sender_name="Odette"))
    assert postman.envelopes == [(OWN, [ODETTE])]
    assert postman.arrived[0]["From"].addresses[0].addr_spec == "bonjour+abcd2345@exemple.fr"


@pytest.mark.parametrize(
    "broken",
    [
        replace(MAIL, subject="Bonjour\nBcc: tous@exemple.org"),
        replace(MAIL, subject="Bonjour\r\n\r\ncorps"),
        replace(MAIL, sender_name="Odette\nBcc: x@exemple.org"),
        replace(MAIL, to="odette@exemple.org\nx@exemple.org"),
        replace(MAIL, to="odette@exemple.org, x@exemple.org"),
        replace(MAIL, to="Odette <odette@exemple.org>"),
        replace(MAIL, to="odétte@exemple.org"),
        replace(MAIL, headers={"Reply-To": "a@exemple.org\nBcc: x@exemple.org"}),
        replace(MAIL, headers={"Bcc": "x@exemple.org"}),
    ],
)
def test_no_text_writes_a_header_of_its_own(postman: Postman, broken: Outgoing) -> None:
    assert refused(Mailer(postman.url), broken).permanent
    assert postman.arrived == []


@given(subject=st.text(max_size=60), name=st.text(max_size=30), body=st.text(max_size=200))
def test_whatever_is_written_there_is_one_recipient_and_the_headers_are_ours(
    subject: str, name: str, body: str
) -> None:
    broken = replace(MAIL, subject=subject, sender_name=name, body=body)
    if any(ord(sign) < 32 or 127 <= ord(sign) < 160 or sign in "\u2028\u2029" for sign in subject + name):
        with pytest.raises(MailError, match="retour à la ligne"):
            composed(broken)
        return
    mail = composed(broken)
    head = mail.as_bytes().partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
    assert sorted(names) == sorted(
        [
            *(b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Auto-Submitted", b"Reply-To"),
            *(b"Content-Type", b"Content-Transfer-Encoding", b"MIME-Version"),
        ]
    )


@pytest.mark.parametrize(
    ("reply", "permanent", "no_such_box"),
    [
        ("550 5.1.1 No such user", True, True),
        ("551 User not local", True, True),
        ("550 5.7.1 Relaying denied", True, False),
        ("554 Go away", True, False),
        ("450 4.2.0 Greylisted", False, False),
        ("452 4.2.2 Mailbox full", False, False),
    ],
)
def test_a_refused_recipient(postman: Postman, reply: str, permanent: bool, no_such_box: bool) -> None:
    postman.refusals[ODETTE] = reply
    error = refused(Mailer(postman.url))
    assert (error.permanent, error.no_such_box, error.uncertain, error.out_of_reach) == (
        permanent,
        no_such_box,
        False,
        False,
    )
    assert error.code == int(reply[:3])


@pytest.mark.parametrize(("verdict", "permanent"), [("554 Spam", True), ("451 Later", False)])
def test_a_refused_text(postman: Postman, verdict: str, permanent: bool) -> None:
    postman.verdict = verdict
    error = refused(Mailer(postman.url))
    assert (error.permanent, error.no_such_box, error.uncertain) == (permanent, False, False)


def test_a_server_that_hangs_up_after_the_text_leaves_a_doubt(postman: Postman) -> None:
    postman.hangs_up = True
    error = refused(Mailer(postman.url))
    assert error.uncertain
    assert not error.permanent
    assert len(postman.arrived) == 1


def test_a_server_that_is_not_there_is_no_doubt() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        error = refused(Mailer(f"smtp://127.0.0.1:{taken.getsockname()[1]}"))
    assert error.out_of_reach
    assert not error.uncertain
    assert not error.permanent


def test_a_server_that_says_nothing_is_left_after_a_while() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = refused(Mailer(f"smtp://127.0.0.1:{silent.getsockname()[1]}", timeout=0.2))
    assert error.out_of_reach


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of 127.0.0.1 and its key in one file, which nobody trusts yet."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(pem)
    )
    return file


@pytest.fixture
def encrypted(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def starttls(encrypted: ssl.SSLContext) -> Iterator[Postman]:
    """A server that speaks encrypted only, and knows one name."""
    yield from served(
        Postman(),
        tls_context=encrypted,
        require_starttls=True,
        auth_required=True,
        authenticator=signs_in("bonjour@exemple.fr", "s3cret"),
    )


def test_encryption_is_taken_where_it_is_offered_and_the_name_given(
    starttls: Postman, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    mailer = Mailer(f"smtp://bonjour%40exemple.fr:s3cret@127.0.0.1:{starttls.port}")
    mailer.check(OWN)
    mailer.send(MAIL)
    assert len(starttls.arrived) == 1


def test_a_wrong_password_is_a_fault_of_the_settings(
    starttls: Postman, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    error = refused(Mailer(f"smtp://bonjour%40exemple.fr:faux@127.0.0.1:{starttls.port}"))
    assert error.out_of_reach
    assert not error.permanent
    assert "mot de passe" in str(error)
    assert "faux" not in str(error)


def test_a_certificate_that_nobody_vouches_for_is_refused(starttls: Postman) -> None:
    error = refused(Mailer(f"smtp://bonjour%40exemple.fr:s3cret@127.0.0.1:{starttls.port}"))
    assert "certificat" in str(error)
    assert starttls.arrived == []


def test_encryption_from_the_first_byte(
    encrypted: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    for server in served(Postman(), secured=encrypted):
        Mailer(f"smtps://127.0.0.1:{server.port}").send(MAIL)
        assert len(server.arrived) == 1
