"""The stand-in carrier as a program: `python -m hotline.rehearsal --port P --product-url URL …`."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path

from hotline.rehearsal.clock import ShiftedClock
from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.server import serve


def main(arguments: list[str] | None = None) -> int:
    """Run until interrupted; the addresses are printed once it listens."""
    options = _parser().parse_args(arguments)
    exchange = _exchange(options)
    server = serve(exchange, options.port)
    sys.stdout.write(f"Répétition, aucun appel réel : {server.base_url}/telephones\n")
    sys.stdout.flush()
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    stopped.wait()
    server.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m hotline.rehearsal", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port sur 127.0.0.1 (libre si 0)")
    parser.add_argument("--product-url", required=True, help="adresse locale du produit")
    parser.add_argument("--public-url", help="adresse publique, celle qui est signée")
    parser.add_argument("--account-sid", default=os.environ.get("TWILIO_ACCOUNT_SID"))
    parser.add_argument("--auth-token", default=os.environ.get("TWILIO_AUTH_TOKEN"))
    parser.add_argument(
        "--line",
        required=True,
        action="append",
        help="numéro de la ligne, E.164 ; pour plusieurs, une fois chacun, le principal d'abord : NUMÉRO=NOM",
    )
    parser.add_argument("--clock-file", type=Path, help="décalage de l'horloge, en secondes")
    parser.add_argument("--phones", type=Path, help="téléphones à montrer d'abord (JSON)")
    return parser


def _exchange(options: argparse.Namespace) -> Exchange:
    if not options.account_sid or not options.auth_token:
        raise SystemExit("il manque --account-sid et --auth-token (ou TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN)")
    exchange = Exchange(
        account_sid=options.account_sid,
        auth_token=options.auth_token,
        clock=ShiftedClock(options.clock_file),
    )
    public = (options.public_url or options.product_url).rstrip("/")
    exchange.route[public] = options.product_url
    for line in options.line:
        number, _, name = line.partition("=")
        entry = exchange.add_number(
            number,
            voice_url=f"{public}/voice/incoming",
            voice_fallback_url=f"{public}/voice/fallback",
            status_callback=f"{public}/voice/status",
            sms_url=f"{public}/sms/incoming",
        )
        entry.friendly_name = name or number
    if options.phones is not None:
        for phone in json.loads(options.phones.read_text(encoding="utf-8")):
            exchange.phone(
                phone["number"],
                kind=phone.get("kind"),
                label=phone.get("label", ""),
                role=phone.get("role"),
            )
    return exchange


if __name__ == "__main__":
    sys.exit(main())
