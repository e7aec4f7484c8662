"""Speaks to the product as the carrier does: signed forms in, documents out."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

from hotline.bootstrap import Hotline
from hotline.rehearsal.protocol.sign import sign
from tests.conftest import LINE, TOKEN
from tests.served import lender

PROTOCOL = Path(__file__).resolve().parents[1] / "hotline" / "rehearsal" / "protocol"
SCHEMA = etree.XMLSchema(etree.parse(PROTOCOL / "twiml_voice.generated.xsd"))


def sid(kind: str, number: int) -> str:
    """A SID of the carrier's shape."""
    return f"{kind}{number:032x}"


@dataclass
class Document:
    """The carrier's reading of one answer, which must be a document that it accepts."""

    response: TestResponse
    root: etree._Element = field(init=False)

    def __post_init__(self) -> None:
        assert self.response.status_code == 200, self.response.text
        assert self.response.mimetype == "text/xml"
        self.root = etree.fromstring(self.response.data)
        SCHEMA.assertValid(self.root)

    @property
    def said(self) -> str:
        """Everything spoken, in one line."""
        return " ".join(" ".join(self.root.itertext()).split())

    def verb(self, name: str) -> etree._Element:
        found = self.root.find(f".//{name}")
        assert found is not None, f"no <{name}> in {self.response.text}"
        return found

    def has(self, name: str) -> bool:
        return self.root.find(f".//{name}") is not None


class Webhooks:
    """The carrier's side of one product."""

    def __init__(self, hotline: Hotline) -> None:
        self.hotline = hotline
        self.client: FlaskClient = lender.lend(hotline).test_client()

    def post(self, url: str, **params: str) -> TestResponse:
        """Post a signed form to a path or to an address that the product gave."""
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        signature = sign(TOKEN, "https://hotline.example" + target, params.items())
        return self.client.post(target, data=params, headers={"X-Twilio-Signature": signature})

    def get(self, url: str, **params: str) -> TestResponse:
        """Ask with a signed query, as for a number configured with GET."""
        target = f"{url}{'&' if '?' in url else '?'}{urlencode(params)}"
        signature = sign(TOKEN, "https://hotline.example" + target)
        return self.client.get(target, headers={"X-Twilio-Signature": signature})

    def document(self, url: str, **params: str) -> Document:
        return Document(self.post(url, **params))

    def call(self, number: int = 1, caller: str = "+33639980001", **params: str) -> Document:
        """Somebody phones the line."""
        return self.document("/voice/incoming", **self.form(number, caller, **params))

    def form(self, number: int = 1, caller: str = "+33639980001", **params: str) -> dict[str, str]:
        """The parameters that come with every webhook of a call."""
        return {
            "CallSid": sid("CA", number),
            "AccountSid": sid("AC", 1),
            "From": caller,
            "To": LINE,
            "CallStatus": "in-progress",
            "Direction": "inbound",
            **params,
        }

    def text(self, body: str, sender: str = "+33639980001", number: int = 1, **params: str) -> None:
        """Somebody texts the line."""
        answer = self.post(
            "/sms/incoming",
            **{"MessageSid": sid("SM", number), "From": sender, "To": LINE, "Body": body, **params},
        )
        assert answer.status_code == 200
