"""`hotline rehearse`: the real product with a stand-in carrier, to play with or as a script."""

import json
import os
import secrets
import shlex
import sys
import threading
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import click

from hotline import logs
from hotline.cli import french, printing, serve
from hotline.cli.product import product
from hotline.errors import HotlineError
from hotline.services import demo
from hotline.services.line import Line

FOLDER = Path("var/rehearsal")
LINE = "+33199000100"
_KEPT = frozenset({"HOTLINE_PORT", "HOTLINE_HOST"})
_READY_WITHIN = 60.0
_BETWEEN_LOOKS = 0.05


@click.command("rehearse", cls=french.Command)
@click.option(
    "--script",
    type=click.Choice(["day", "month"]),
    help="Joue une journée ou quatre semaines sans navigateur ; échoue si quelque chose n'est pas vrai.",
)
def rehearse(script: str | None) -> None:
    """La répétition : le vrai produit, un faux opérateur, aucun vrai téléphone.

    Sans option, ouvre la page des téléphones sur cette machine, jusqu'à Ctrl-C. HOTLINE_PORT choisit le
    port du produit (8000) ; l'opérateur prend le suivant.
    """
    if script is not None:
        from hotline.cli import day, month  # noqa: PLC0415 - the stage is heavy, and only scripts need it

        logs.configure()
        raise SystemExit({"day": day.play, "month": month.play}[script]())
    port = _move_into_folder()
    hotline = product()
    serve.ensure_free("127.0.0.1", port + 1)
    serve.prepare(hotline)
    at = hotline.clock.now()
    with hotline.database.write() as session:
        demo.prepare(session, hotline.line, at)
        links = demo.desk(session, hotline.line, at), demo.page(session, hotline.line, at)
    hotline.database.close()
    _write_telephones()
    threading.Thread(target=_welcome, args=(port, *links), daemon=True).start()
    status = serve.run({"carrier": _carrier(port, hotline.line), **serve.commands(hotline.settings)})
    if status not in serve.STOPPED_BY_HAND:
        raise HotlineError(f"un des processus s'est arrêté (code {status}) : voyez les lignes ci-dessus.")
    printing.say("La répétition est finie.")


def _move_into_folder() -> int:
    """Give the rehearsal a folder and settings of its own, whatever the real line's are; return its port."""
    config = Path(os.environ.get("HOTLINE_CONFIG", "config/hotline.toml")).absolute()
    try:
        FOLDER.mkdir(parents=True, exist_ok=True)
        os.chdir(FOLDER)
    except OSError as error:
        raise HotlineError(
            f"Impossible d'écrire dans « {FOLDER} » ({error.strerror}) : donnez ce dossier à votre compte."
        ) from error
    for name in list(os.environ):
        if name.startswith(("HOTLINE_", "TWILIO_")) and name not in _KEPT:
            del os.environ[name]
    port = _port()
    os.environ.update(
        {
            "DATABASE_URL": "sqlite:///hotline.db",
            "HOTLINE_RECORDINGS_URL": "file:recordings",
            "HOTLINE_NUMBER": LINE,
            "HOTLINE_PORT": str(port),
            "HOTLINE_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "HOTLINE_CLOCK_FILE": "clock",
            "TWILIO_ACCOUNT_SID": f"AC{secrets.token_hex(16)}",
            "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
            "TWILIO_API_BASE_URL": f"http://127.0.0.1:{port + 1}",
        }
    )
    if config.exists():
        os.environ["HOTLINE_CONFIG"] = str(config)
    return port


def _port() -> int:
    given = os.environ.get("HOTLINE_PORT") or os.environ.get("PORT") or "8000"
    if not given.isdigit() or not 1 <= int(given) <= 65534:
        raise HotlineError(f"« {given} » n'est pas un port : choisissez un nombre, comme HOTLINE_PORT=8080.")
    return int(given)


def _write_telephones() -> None:
    people = [
        {"number": person.number, "label": f"{person.name} ({person.about})", "role": person.role.value}
        for person in demo.PEOPLE
    ]
    Path("telephones.json").write_text(json.dumps(people, ensure_ascii=False), encoding="utf-8")


def _carrier(port: int, line: Line) -> str:
    numbers = [f"{one.number}={one.name}" if line.several else one.number for one in line.each]
    command = [
        *(sys.executable, "-m", "hotline.rehearsal", "--port", str(port + 1)),
        *("--product-url", f"http://127.0.0.1:{port}"),
        *(part for number in numbers for part in ("--line", number)),
        *("--clock-file", "clock", "--phones", "telephones.json"),
    ]
    return f"exec {shlex.join(command)}"


def _welcome(port: int, desk: str, page: str) -> None:
    """Print the links once both sides answer."""
    ready = all(_answers(f"http://127.0.0.1:{each}") for each in (port, port + 1))
    if not ready:
        return
    for line in (
        "",
        "La répétition est prête : aucun vrai téléphone ne sonne.",
        f"  Les téléphones   http://localhost:{port + 1}/telephones",
        f"  La coordination  {desk} (entre d'un clic)",
        f"  Une bénévole     {page} (la page de Camille)",
        f"  S'inscrire       http://localhost:{port}/benevole (avec un téléphone ajouté : le code y arrive)",
        "",
        "À essayer d'abord, sur la page des téléphones :",
        "  1. Odette appelle la ligne et laisse un message (un échantillon sonore suffit).",
        "  2. Une ou un bénévole reçoit une proposition par SMS, entre 9 h et 19 h : avancez l'horloge.",
        "  3. Répondez OUI, puis appelez la ligne depuis ce téléphone : Odette sonne, décrochez.",
        "  4. Camille appelle Jeanne chaque semaine : touchez « Appeler » sur sa page,",
        "     ou envoyez AIDE, LIEN ou PAUSE 2 semaines depuis son téléphone.",
        "Ctrl-C arrête tout.",
        "",
    ):
        printing.say(line)


def _answers(url: str) -> bool:
    for _ in range(int(_READY_WITHIN / _BETWEEN_LOOKS)):
        try:
            with urlopen(f"{url}/", timeout=5):  # noqa: S310 - our own loopback address
                return True
        except (URLError, OSError):
            time.sleep(_BETWEEN_LOOKS)
    return False
