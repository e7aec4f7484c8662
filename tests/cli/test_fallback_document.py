"""`hotline fallback-document`: two documents, printed as they are to be hosted."""

from click.testing import CliRunner
from lxml import etree

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.cli import main
from hotline.services import choices
from hotline.settings import load
from tests.cli.conftest import Type
from tests.conftest import StoppedClock
from tests.databases import on_sqlite
from tests.webhooks import SCHEMA

pytestmark = on_sqlite


def read(printed: str) -> etree._Element:
    """What the carrier would read: nothing may stand before the declaration."""
    assert printed.startswith("<?xml ")
    root = etree.fromstring(printed.encode())
    SCHEMA.assertValid(root)
    return root


def test_both_are_printed_and_fit_each_other(run: Type) -> None:
    first, second = read(run("fallback-document").output), read(run("fallback-document", "--thanks").output)
    assert "le 15 ou le 112" in " ".join(first.itertext())
    assert [verb.tag for verb in first] == ["Say", "Record"]
    assert [verb.tag for verb in second] == ["Say", "Hangup"]


def test_they_are_in_the_associations_own_words(hotline: Hotline, run: Type) -> None:
    own = {"fr.voicemail.purpose": "Odile écoutera votre message."}
    with hotline.database.write() as session:
        choices.decide(session, "prompts", own, author="Odile", at=hotline.clock.now())
    assert "Odile écoutera" in run("fallback-document").output


def test_they_are_printed_while_the_database_is_away(environment: object, clock: StoppedClock) -> None:
    away = bootstrap.build(load(DATABASE_URL="postgresql://127.0.0.1:9/nowhere"), clock)
    printed = CliRunner().invoke(main, ["fallback-document"], obj=away, catch_exceptions=False)
    assert "le 15 ou le 112" in " ".join(read(printed.output).itertext())
