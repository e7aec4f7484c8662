"""`coordinator`: who has a place at the desk, from the command line."""

from datetime import timedelta

from hotline.bootstrap import Hotline
from hotline.services.desk import coordinators, invitations, presence
from tests.cli.conftest import Type
from tests.databases import on_sqlite

EMAIL = "camille@example.org"


def link_in(output: str) -> str:
    return output.strip().splitlines()[-1]


@on_sqlite
def test_somebody_new_gets_a_one_time_link(run: Type, hotline: Hotline) -> None:
    done = run("coordinator", "add", EMAIL, "--name", "Camille Faure")

    assert done.exit_code == 0
    assert "place ouverte (coordination)" in done.stdout
    token = link_in(done.stdout).removeprefix("https://hotline.example/invitation/")
    with hotline.database.read() as session:
        invited = invitations.find(session, token, hotline.clock.now())
        assert invited
        assert (invited.name, invited.email) == ("Camille Faure", EMAIL)
        assert invitations.find(session, token, hotline.clock.now() + timedelta(hours=48)) is None


@on_sqlite
def test_adding_somebody_again_resets_their_password_and_ends_their_browsers(
    run: Type, hotline: Hotline
) -> None:
    run("coordinator", "add", EMAIL, "--name", "Camille Faure", "--role", "listener")
    at = hotline.clock.now()
    with hotline.database.write() as session:
        known = coordinators.by_email(session, EMAIL)
        assert known
        known.password, known.tf_totp_secret = "kept", "kept"
        token = presence.begin(session, known, at, agent="Firefox", address="127.0.0.1")

    done = run("coordinator", "add", f" {EMAIL.upper()} ")

    assert "accès remis à zéro (écoute)" in done.stdout
    with hotline.database.read() as session:
        known = coordinators.by_email(session, EMAIL)
        assert known
        assert (known.name, known.password, known.tf_totp_secret) == ("Camille Faure", None, None)
        assert presence.found(session, token, at) is None


def test_links_to_this_machine_say_localhost() -> None:
    for loopback in ("127.0.0.1", "[::1]", "0.0.0.0"):
        assert invitations.address(f"http://{loopback}:8000", "/x") == "http://localhost:8000/x"
    assert invitations.address("https://ligne.exemple.fr", "/x") == "https://ligne.exemple.fr/x"


@on_sqlite
def test_what_is_no_address_is_refused_in_a_sentence(run: Type) -> None:
    done = run("coordinator", "add", "camille")
    assert done.exit_code == 1
    assert "n’est pas une adresse électronique" in done.stderr


@on_sqlite
def test_the_list_tells_who_can_come_in(run: Type) -> None:
    run("coordinator", "add", EMAIL, "--name", "Camille Faure")
    listed = run("coordinator", "list").stdout
    assert "Camille Faure" in listed
    assert "lien à ouvrir" in listed
    assert "jamais" in listed


@on_sqlite
def test_the_last_coordinator_stays(run: Type) -> None:
    run("coordinator", "add", EMAIL)
    run("coordinator", "add", "bruno@example.org", "--role", "technical")
    for words in (("remove", EMAIL), ("add", EMAIL, "--role", "listener")):
        done = run("coordinator", *words)
        assert done.exit_code == 1
        assert "dernière personne à la coordination" in done.stderr
    assert run("coordinator", "remove", "bruno@example.org").stdout == "bruno@example.org : place retirée.\n"
    assert run("coordinator", "remove", "bruno@example.org").exit_code == 1
