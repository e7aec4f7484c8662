"""Mails as real programs write them, and as nobody should: each becomes something that can be kept."""

import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hotline.mail import bodies, parsing
from hotline.mail.machines import Failure
from hotline.mail.parsing import MOST_READ, ReadMail, read

CORPUS = Path(__file__).parent / "corpus"
FROM = "From: Odette <odette@exemple.fr>\nMessage-ID: <1@exemple.fr>\nDate: Tue, 3 Nov 2026 10:00:00 +0100\n"
BROKEN = "Courriel mal formé"


def mail(name: str) -> ReadMail:
    """One mail of the corpus."""
    return read((CORPUS / f"{name}.eml").read_bytes())


def written(body: str, *, more: str = "") -> ReadMail:
    """A mail of Odette's."""
    return read(f"{FROM}{more}Content-Type: text/plain; charset=utf-8\n\n{body}".encode())


@pytest.mark.parametrize(
    ("name", "own", "quoted"),
    [
        ("gmail_fr", "Bonjour,\n\nOui, vous pouvez m'appeler le matin au 01 99 00 02 17.", "Le mar. 3 nov."),
        ("gmail_en", "Good morning, I would like a call in the afternoon.", "On Tue, Nov 3, 2026"),
        ("outlook_fr", "Merci beaucoup, le mardi me convient.\n\nBernadette", "_____"),
        ("outlook_en_html", "Thank you, Tuesday is fine.", "From: On se parle !!"),
        ("iphone_fr", "Je suis chez moi tout l'après-midi.", "> Le 3 nov. 2026"),
        ("iphone_en", "I am at home.", "On Nov 3, 2026"),
        ("thunderbird_fr", "Bonjour, plutôt le jeudi.", "Le 03/11/2026 à 10:00"),
        ("orange", "Je n'ai pas le téléphone, écrivez-moi.\n\nSimone", "> Message du"),
        ("orange_new", "D'accord pour lundi.", "envoyé : 3 novembre"),
    ],
)
def test_the_quoted_part_is_folded_and_nothing_of_the_text_is_lost(name: str, own: str, quoted: str) -> None:
    found = mail(name)
    assert found.quoted_at is not None
    assert found.own_words.startswith(own)
    assert found.body[found.quoted_at :].startswith(quoted)
    assert "Merci de nous" in found.body or "hank you" in found.body or "Bonjour" in found.body
    assert found.fault is None


@pytest.mark.parametrize("name", ["thunderbird_below", "forwarded"])
def test_what_is_written_below_a_quote_or_passed_on_is_not_folded(name: str) -> None:
    found = mail(name)
    assert found.quoted_at is None
    assert "Vers 15 heures." in found.body or "Je suis seule depuis trois semaines." in found.own_words


@pytest.mark.parametrize(
    "body",
    [
        "Le docteur a écrit :\nrepos complet.",
        "Le facteur passe à 10:00, il m'a écrit : rien.\nMerci",
        "De : vous à moi, je vais bien.\nÀ : bientôt",
        "On verra.\nLe jeudi",
        "-----\nVoilà",
    ],
)
def test_somebodys_own_sentences_are_never_taken_for_a_quote(body: str) -> None:
    assert written(body).quoted_at is None


def test_names_subject_and_thread_are_read_whatever_their_letters() -> None:
    found = mail("gmail_fr")
    assert (found.from_address, found.from_names) == ("odette.ayme@exemple.fr", "Odette Aymé")
    assert found.subject == "Re: votre message est bien arrivé"
    assert found.key == found.message_id == "<gmail-fr@courrier.exemple.invalid>"
    assert found.in_reply_to == "<12.20261103100000@exemple.fr>"
    assert found.references[0] == "<premier@courrier.exemple.invalid>"
    assert found.to == ("onseparle@exemple.fr",)
    assert found.sent_at is not None
    assert found.sent_at.hour == 17
    assert not found.automatic


def test_bare_letters_without_alphabet_are_read_all_the_same() -> None:
    found = mail("latin1_undeclared")
    assert found.from_names == "Hélène"
    assert found.subject == "Être rappelée"
    assert found.body.startswith("J'espère être rappelée, ça m'aiderait.")
    assert found.fault is not None
    assert "accents" in found.fault


def test_html_becomes_text_with_no_tag_and_no_script() -> None:
    found = mail("outlook_en_html")
    assert "<" not in found.body.replace("<onseparle@exemple.fr>", "")
    assert "alert" not in found.body
    assert "margin" not in found.body
    assert max(map(len, found.body.split("\n"))) < 200
    assert bodies.from_html("<ul><li>pain<li>lait</ul><table><tr><td>a<td>b</table>").split()[:2] == [
        "*",
        "pain",
    ]
    assert bodies.from_html("<div>" * 5000 + "tout au fond") == "tout au fond"


def test_attachments_are_listed_and_not_kept() -> None:
    found = mail("photo")
    assert found.body.strip() == "Voici mon ordonnance, 15 € de pharmacie."
    photo, inner = found.attachments
    assert photo == {"name": "ordonnance n° 2.jpg", "type": "image/jpeg", "size": 300}
    assert (inner["name"], inner["type"]) == ("sans nom", "message/rfc822")


@pytest.mark.parametrize("name", ["out_of_office", "newsletter", "bounce_permanent", "bounce_delayed"])
def test_a_machines_mail_is_known(name: str) -> None:
    assert mail(name).automatic


@pytest.mark.parametrize(
    "field",
    [
        "Auto-Submitted: auto-generated",
        "Precedence: junk",
        "List-Id: <voisins.exemple.fr>",
        "X-Auto-Response-Suppress: OOF, AutoReply",
        "X-Autoreply: yes",
        "Return-Path: <>",
        "From: no-reply@exemple.fr",
        "From: ne-pas-repondre@exemple.fr",
        "From: nepasrepondre+12@exemple.fr",
        "From: facture.noreply@exemple.fr",
        "From: MAILER-DAEMON@exemple.fr",
    ],
)
def test_every_sign_of_a_machine_is_enough(field: str) -> None:
    name = field.partition(":")[0]
    rest = "".join(line for line in FROM.splitlines(keepends=True) if not line.startswith(f"{name}:"))
    assert read(f"{rest}{field}\n\nBonjour".encode()).automatic


@pytest.mark.parametrize(
    "field",
    [
        "Auto-Submitted: no",
        "X-Auto-Response-Suppress: None",
        "From: noreen@exemple.fr",
        "Return-Path: <a@b.fr>",
    ],
)
def test_people_are_not_machines(field: str) -> None:
    assert not written("Bonjour", more=f"{field}\n").automatic


@pytest.mark.parametrize(
    ("name", "failures"),
    [
        ("bounce_permanent", (Failure("odette.ayme@exemple.fr", permanent=True),)),
        ("bounce_for_now", (Failure("odette.ayme@exemple.fr", permanent=False),)),
        ("bounce_delayed", ()),
        ("gmail_fr", ()),
    ],
)
def test_a_returned_mail_says_whose_address_failed_and_for_how_long(
    name: str, failures: tuple[Failure, ...]
) -> None:
    assert mail(name).failures == failures


def test_missing_headers_are_said_and_the_text_is_there() -> None:
    found = mail("no_headers")
    assert "Rappelez-moi." in found.body
    assert found.fault is not None
    assert "Il manque l'expéditeur, l'identifiant, la date." in found.fault
    assert found.key.startswith("sha256:")
    assert mail("empty").fault is not None


def test_the_same_bytes_without_identifier_are_the_same_mail() -> None:
    assert read(b"Subject: a\n\nb").key == read(b"Subject: a\n\nb").key != read(b"Subject: a\n\nc").key


def nest(levels: int, filling: str) -> str:
    parts = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(levels))
    return FROM + parts + "\n" + filling


BOMBS = {
    "one endless line": FROM + "\n" + "a" * 10_000_000,
    "a million lines": FROM + "\n" + "a\n" * 900_000,
    "quotes between lines": FROM + "\n" + "> a\nb\n" * 200_000,
    "a line of On": FROM + "\n" + "On " + "a " * 500_000 + "\n",
    "nests": nest(20_000, ""),
    "a full nest": nest(200, "x\n" * 800_000),
    "a hundred thousand parts": FROM
    + "Content-Type: multipart/mixed; boundary=b\n\n"
    + "--b\n\nx\n" * 100_000,
    "mails in mails": FROM + "Content-Type: message/rfc822\n\n" * 40_000,
    "endless header": FROM + "Subject: " + "=?utf-8?q?a?= " * 100_000 + "\n\nx",
    "headers without end": FROM + "a: b\n" * 300_000,
    "parentheses": "From: " + "(" * 100_000 + "\n\nx",
    "recipients": FROM + "To: " + "a@exemple.fr, " * 50_000 + "\n\nx",
    "a slow alphabet": FROM + "Content-Type: text/plain; charset=punycode\n\n" + "a" * 1_000_000,
    "nested lists": FROM + "Content-Type: text/html\n\n" + "<ul>" * 200 + "<li>x" * 40_000,
    "half tags": FROM + "Content-Type: text/html\n\n" + "<" * 500_000,
    "names in pieces": FROM
    + "Content-Disposition: attachment; "
    + "".join(f"filename*{n}*=a; " for n in range(8000)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_mail_made_to_do_harm_costs_little(name: str) -> None:
    began = time.process_time()
    found = read(BOMBS[name].encode())
    assert time.process_time() - began < 3
    assert len(found.body) <= bodies.LONGEST_TEXT
    assert len(found.attachments) <= 100
    assert found.fault is None or len(found.fault) <= 200


def test_a_huge_mail_says_that_only_its_beginning_was_read() -> None:
    found = read((FROM + "\nBonjour\n" + "a" * MOST_READ).encode()[:MOST_READ], 12_000_000)
    assert found.body.startswith("Bonjour")
    assert found.size == 12_000_000
    assert found.fault is not None
    assert found.fault.startswith("Courriel de 12 Mo : seul le début a été lu.")


def test_a_mail_that_cannot_be_taken_apart_keeps_its_text_and_its_sender() -> None:
    found = read(BOMBS["mails in mails"].encode())
    assert found.from_address == "odette@exemple.fr"
    assert found.fault is not None
    assert BROKEN in found.fault


_PIECES = [
    piece.encode("latin-1")
    for piece in (
        *("From: ", "Subject: ", "To: ", "Date: ", "References: ", "Message-ID: <a@b>", "Return-Path: "),
        *("Content-Type: ", "multipart/mixed; boundary=b", "multipart/report; boundary=b", "--b", "--b--"),
        *("message/delivery-status", "message/rfc822", "text/html", "text/plain; charset=", "utf-7", "idna"),
        *("Content-Transfer-Encoding: ", "base64", "x-uuencode", "quoted-printable", "begin 644 x\n", "=C3"),
        *("Content-Disposition: attachment; ", "filename", "*0*=", "=?utf-8?b?", "=?utf-8?q?", "?=", "&#0;"),
        *(
            "Final-Recipient: rfc822;",
            "Action: failed",
            "odette@exemple.fr",
            "Le 3 nov. 2026 ",
            "a \xe9crit :",
        ),
        *("De : ", "-----", "<", ">", '"', "(", ";", "\n", "\r\n", "\n\n", "\xe9", "\x00", "\xff\xfe"),
    )
]
_MADE_UP = st.lists(st.sampled_from(_PIECES) | st.binary(max_size=6), max_size=30).map(b"".join)


@given(st.binary(max_size=400) | _MADE_UP)
@example(b"Content-Type: multipart/mixed\n\nx")
@example(b"Content-Type: text/plain; charset=\xe9\n\n\xe9")
@example(b"Date: Mon, 99 Foo 99999 99:99:99 +9999\n\nx")
@example(b"From: =?utf-8?b?a?= <a@b>\n\nx")
@example(b"Content-Type: message/delivery-status\n\n\n\n\n")
def test_any_bytes_become_a_mail_that_can_be_kept(raw: bytes) -> None:
    found = read(raw)
    for text in (
        found.key,
        found.from_address,
        found.from_names or "",
        found.subject,
        found.body,
        found.fault or "",
    ):
        text.encode()
        assert "\x00" not in text
    for attachment in found.attachments:
        str(attachment["name"]).encode()
    assert found.size == len(raw)
    assert found.quoted_at is None or 0 < found.quoted_at < len(found.body)
    assert len(found.key) <= 260
    assert parsing.read(raw) == found
