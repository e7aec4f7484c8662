"""The mailbox and the mail server."""

from collections.abc import Iterator

from hotline.bootstrap import Hotline
from hotline.checks.finding import Finding, told
from hotline.mail import imap


def mailbox(hotline: Hotline) -> Iterator[Finding]:
    """Look whether the mailbox opens; not having one is no fault."""
    url = hotline.settings.environment.imap_url
    if url is None:
        yield Finding("mailbox", ok=True, says="aucune boîte à relever (HOTLINE_IMAP_URL)")
        return
    with told("mailbox") as faults:
        with imap.opened(url.get_secret_value()) as inbox:
            how = "le serveur prévient de chaque courriel" if inbox.idles else "relevée chaque minute"
        yield Finding("mailbox", ok=True, says=f"la boîte s'ouvre, en lecture seule ; {how}")
    yield from faults


def smtp(hotline: Hotline) -> Iterator[Finding]:
    """Look whether the mail server takes us; writing no mails is no fault."""
    environment = hotline.settings.environment
    if environment.smtp_url is None:
        yield Finding("smtp", ok=True, says="aucun courriel ne part : HOTLINE_SMTP_URL n'est pas donné")
    elif environment.mail_address is None:
        yield Finding("smtp", ok=False, says="HOTLINE_MAIL_ADDRESS manque : aucun courriel ne part")
    else:
        with told("smtp") as faults:
            hotline.mailer.check(environment.mail_address)
            yield Finding("smtp", ok=True, says=f"les courriels partent de {environment.mail_address}")
        yield from faults
