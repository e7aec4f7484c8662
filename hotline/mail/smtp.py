"""Mails out: one message handed to the association's mail server, and what may go wrong with it."""

import re
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from hotline.errors import HotlineError
from hotline.mail.addresses import is_address
from hotline.settings.environment import LOOPBACK

TIMEOUT = 20.0
"""Seconds that the server may take for each of its answers."""
_PORTS = {"smtp": 587, "smtps": 465}
_NO_SUCH_BOX = frozenset({550, 551, 553})
_POLICY = re.compile(rb"\s*5\.7\.")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_EXTRA = frozenset({"Reply-To", "In-Reply-To", "References", "Auto-Submitted", "X-Auto-Response-Suppress"})


class MailError(HotlineError):
    """The mail server did not do what was asked.

    `permanent`: the same mail will fail again, do not repeat it; with `no_such_box` because nobody has that
    address. `uncertain`: the server may have taken it all the same. `out_of_reach`: no mail whatever can be
    handed over. `code` is the server's reply code. The sentence never holds an address.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        uncertain: bool = False,
        no_such_box: bool = False,
        out_of_reach: bool = False,
        code: int | None = None,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.uncertain = uncertain
        self.no_such_box = no_such_box
        self.out_of_reach = out_of_reach
        self.code = code


@dataclass(frozen=True)
class Outgoing:
    """One mail to be sent: from whom it seems to come, to whom it goes, and its own headers.

    `own` is our address, to which the servers' own answers come; `message_id` stays the same each time it is
    tried.
    """

    message_id: str
    own: str
    sender: str
    sender_name: str = field(repr=False)
    to: str = field(repr=False)
    subject: str = field(repr=False)
    body: str = field(repr=False)
    at: datetime
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class Mailer:
    """The mail server of `HOTLINE_SMTP_URL`. Each method waits for the network and raises MailError."""

    def __init__(self, url: str, *, timeout: float = TIMEOUT) -> None:
        parts = urlsplit(url)
        self._host, self._secure = parts.hostname or "", parts.scheme == "smtps"
        self._port = parts.port or _PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._timeout = timeout

    def send(self, mail: Outgoing) -> None:
        """Hand one mail over; returns once the server has taken it."""
        written = composed(mail).as_bytes(policy=SMTP)
        with self._session(mail.own) as server:
            _envelope(server, mail)
            _data(server, written)

    def check(self, own: str) -> None:
        """See that the server answers, is safe to speak to, and knows us; no mail is sent."""
        with self._session(own) as server:
            code, _says = server.noop()
            if code != 250:
                raise MailError("Le serveur de courriels n'est pas prêt.", out_of_reach=True, code=code)

    @contextmanager
    def _session(self, own: str) -> Iterator[smtplib.SMTP]:
        """Open a session that is encrypted, or goes no further than this machine, and signed in."""
        try:
            server = self._connect(own.rpartition("@")[2])
        except (OSError, smtplib.SMTPException) as error:
            says = f"Le serveur de courriels ne répond pas ({_reason(error)})."
            raise MailError(says, out_of_reach=True) from error
        try:
            self._secured(server)
            yield server
        except MailError:
            raise
        except (OSError, smtplib.SMTPException) as error:
            says = f"Le serveur de courriels a coupé ({_reason(error)})."
            raise MailError(says, out_of_reach=True) from error
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def _connect(self, name: str) -> smtplib.SMTP:
        if self._secure:
            return smtplib.SMTP_SSL(
                self._host, self._port, name, timeout=self._timeout, context=ssl.create_default_context()
            )
        return smtplib.SMTP(self._host, self._port, name, timeout=self._timeout)

    def _secured(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        if not self._secure and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        elif not self._secure and self._host not in LOOPBACK:
            raise MailError(
                "Le serveur de courriels ne propose pas de chiffrement : prenez smtps:// ou un autre port "
                "dans HOTLINE_SMTP_URL.",
                out_of_reach=True,
            )
        if self._user:
            self._sign_in(server)

    def _sign_in(self, server: smtplib.SMTP) -> None:
        try:
            server.login(self._user, self._password)
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
            raise MailError(
                "Le serveur de courriels refuse le nom ou le mot de passe de HOTLINE_SMTP_URL.",
                out_of_reach=True,
                code=getattr(error, "smtp_code", None),
            ) from error


def composed(mail: Outgoing) -> EmailMessage:
    """Return a mail as it is written on the wire: plain UTF-8 text, one recipient.

    Raises a permanent MailError for whatever would let a text write headers of its own.
    """
    if unknown := set(mail.headers) - _EXTRA:
        raise MailError(f"Un courriel ne porte pas d'en-tête {min(unknown)}.", permanent=True)
    for part in (mail.subject, mail.sender_name, mail.message_id, *mail.headers.values()):
        if _CONTROL.search(part):
            raise MailError("L'objet ou un en-tête contient un retour à la ligne.", permanent=True)
    for address in (mail.to, mail.sender, mail.own):
        if not is_address(address):
            raise MailError("Cette adresse ne s'écrit pas dans un courriel.", permanent=True)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(display_name=mail.sender_name, addr_spec=mail.sender)
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.at)
    message["Message-ID"] = mail.message_id
    for name, value in mail.headers.items():
        message[name] = value
    message.set_content(mail.body, cte="quoted-printable")
    return message


def _envelope(server: smtplib.SMTP, mail: Outgoing) -> None:
    """Name sender and recipient: a sender who is not taken is a fault of the settings, and is tried again."""
    code, says = server.mail(mail.own)
    if code != 250:
        raise MailError("Le serveur de courriels refuse notre adresse.", out_of_reach=True, code=code)
    code, says = server.rcpt(mail.to)
    if code in {250, 251}:
        return
    if code < 500:
        raise MailError("Le serveur de courriels n'accepte pas ce destinataire pour le moment.", code=code)
    if code in _NO_SUCH_BOX and not _POLICY.match(says):
        raise MailError("Cette adresse n'existe pas.", permanent=True, no_such_box=True, code=code)
    raise MailError("Le serveur de courriels refuse ce destinataire.", permanent=True, code=code)


def _data(server: smtplib.SMTP, written: bytes) -> None:
    """Send the text. Once it has begun, only the server's last answer tells whether it was taken."""
    try:
        code, _says = server.data(written)
    except smtplib.SMTPDataError as error:
        raise _not_taken(error.smtp_code) from error
    except (OSError, smtplib.SMTPException) as error:
        raise MailError(
            "Le serveur de courriels a coupé pendant l'envoi : on ne sait pas si le courriel est parti.",
            uncertain=True,
        ) from error
    if code != 250:
        raise _not_taken(code)


def _not_taken(code: int) -> MailError:
    if code >= 500:
        return MailError("Le serveur de courriels refuse ce courriel.", permanent=True, code=code)
    return MailError("Le serveur de courriels ne prend pas ce courriel pour le moment.", code=code)


def _reason(error: Exception) -> str:
    """Return why, without any address: a server's own sentence may hold one."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "son certificat n'est pas valable"
    return getattr(error, "strerror", None) or type(error).__name__
