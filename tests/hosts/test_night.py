"""Nights on several hosts: one web server takes a message, a clock fetches it, any web server plays it."""

import requests

from hotline.cli.stage import Stage
from hotline.models import Voicemail
from tests.hosts.conftest import Hosts
from tests.journeys.test_messages_at_night import leave_message, start, stored_as_served
from tests.records import only
from tests.web.desk.conftest import sign_in

__all__ = ["start"]


def test_a_message_is_fetched_once_into_the_bucket_and_played_by_each_web_server(
    bucket: dict[str, str], hosts: Hosts, town: Stage
) -> None:
    town.exchange.faults.recording_callback = "twice"
    leave_message(town)
    town.let(20)
    stored_as_served(town)
    (recording,) = town.exchange.recordings.values()
    desk = sign_in(town.hotline)
    desk.get("/voicemails")
    cookie = desk.client.get_cookie("session")
    assert cookie
    for web in hosts.webs:
        piece = requests.get(
            f"{web.url}/voicemails/{only(town.hotline, Voicemail).id}/audio",
            headers={"Range": "bytes=100-199", "Cookie": f"session={cookie.value}"},
            timeout=10,
        )
        assert (piece.status_code, piece.content) == (206, recording.wav[100:200])
