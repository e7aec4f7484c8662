"""What volunteers read before they agree is what the documents print: one text, in two places."""

import textwrap
from pathlib import Path

import pytest
from lxml.html import HtmlElement

from hotline.bootstrap import Hotline
from tests.web.joining.conftest import Newcomer

DOCUMENT = Path(__file__).parents[3] / "docs" / "privacy" / "notice-benevoles.md"
NUMBER = "01 99 00 01 00"
MARKS = {"h1": "# ", "h2": "## ", "p": "", "li": "- "}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: a text sees no difference between databases."""
    return sqlite_url


def in_markdown(article: HtmlElement) -> str:
    """The headings, paragraphs and lists of a page as a document."""
    blocks = []
    for node in article.iterdescendants(*MARKS):
        mark = MARKS[node.tag]
        words = " ".join(node.text_content().replace("\N{NO-BREAK SPACE}", " ").replace("’", "'").split())
        lines = textwrap.fill(mark + words, 118, subsequent_indent=" " * 2 if mark == "- " else "")
        joined = "\n" if mark == "- " and blocks and blocks[-1].lstrip("\n").startswith("- ") else "\n\n"
        blocks.append(joined + lines)
    return "".join(blocks).strip() + "\n"


def test_the_document_is_the_page(newcomer: Newcomer) -> None:
    (article,) = newcomer.page("/vie-privee").xpath("//article")
    assert in_markdown(article).replace(NUMBER, "numéro de la ligne") == DOCUMENT.read_text(encoding="utf-8")


def test_the_pages_name_the_association(hotline: Hotline, newcomer: Newcomer) -> None:
    for path in ("", "/charte", "/vie-privee", "/accord-parental"):
        assert hotline.line.config.association.name in newcomer.page(path).text_content()
