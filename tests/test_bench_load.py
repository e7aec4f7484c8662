"""The load is what it says, the ledger misses nothing, and the picture is one."""

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from hotline.bootstrap import Hotline
from hotline.models import Call, Voicemail
from hotline.models.status import CallOutcome, VoicemailState
from scripts.bench import load_graph, load_ledger, load_memory, load_run
from scripts.bench.load_graph import Curve, Panel
from scripts.bench.load_ledger import Done
from scripts.bench.load_lives import Lives
from scripts.bench.load_play import Answer, Shape
from scripts.bench.load_run import Loaded
from tests.databases import on_sqlite
from tests.records import only
from tests.webhooks import Webhooks
from tests.webhooks import sid as numbered

SHAPE = Shape(calls=3, texts=2, seconds=2, pace=0.02)
ANSWERS = [Answer(at=n / 100, kind="text", took=float(n), status="200") for n in range(1, 101)]
HELD = {"web": [(0.5, 100.0), (1.0, 101.0), (1.5, 103.0)], "clock": [(0.5, 90.0)]}
LOADED = Loaded("sqlite", SHAPE, ANSWERS, HELD, {"calls": 3}, 1.0, 0.01, [])


@pytest.mark.timeout(180)
def test_a_small_load_loses_nothing() -> None:
    loaded = load_run.load("sqlite", SHAPE)
    assert loaded.wrong == []
    assert {one.status for one in loaded.answers} == {"200", "204"}
    assert loaded.counts["calls"] == loaded.counts["voicemails"] >= SHAPE.calls
    assert loaded.counts["texts"] >= SHAPE.texts * SHAPE.seconds
    assert loaded.counts["answered"] > 0
    assert set(loaded.held) == {"web", "clock"}


def test_ten_thousand_odd_requests_are_measured_by_three_hundred() -> None:
    grown = load_memory.measured(40, 300)
    assert sum(grown.answers.values()) == 300
    assert not [
        status for status in grown.answers if status not in {"200", "204", "303", "403", "404", "414"}
    ]
    assert grown.after >= grown.warm > 0


def test_a_call_is_played_as_the_line_answers_it(hotline: Hotline) -> None:
    lives, line = Lives(first=7), Webhooks(hotline)
    sid, life = lives.call()
    steps = []
    for step in life:
        steps.append(step.kind)
        answer = line.post(step.path, **step.form)
        lives.heard(sid, answer.text)
    assert steps == ["incoming", "message", "recording", "over"]
    assert only(hotline, Call).outcome is CallOutcome.VOICEMAIL
    assert only(hotline, Voicemail).recording_sid == lives.recordings[0]


@on_sqlite
def test_the_ledger_names_what_is_missing_what_is_too_much_and_what_is_left(hotline: Hotline) -> None:
    line = Webhooks(hotline)
    line.call(1)
    line.text("Bonjour", number=1)
    sid = only(hotline, Call).sid
    told = load_ledger.differences(hotline.database, Done([sid, "CA2"], ["RE2"], [], []))
    for sentence in (
        "1 texts or voicemails still under way",
        "calls: 1 missing, such as CA2",
        "voicemails: 1 missing, such as RE2",
        f"texts that came: 1 too many, such as {numbered('SM', 1)}",
    ):
        assert sentence in told
    twice = [{"sid": "SM1", "to": "+33639980001", "body": "Oui"}] * 2
    assert "texts that left: 1 twice" in load_ledger.differences(hotline.database, Done([], [], [], twice))


@on_sqlite
def test_a_message_without_its_sound_is_a_loss(hotline: Hotline) -> None:
    lives, line = Lives(first=7), Webhooks(hotline)
    sid, life = lives.call()
    for step in life:
        lives.heard(sid, line.post(step.path, **step.form).text)
    told = load_ledger.differences(hotline.database, Done(lives.calls, lives.recordings, [], []))
    assert "voicemails: 1 without their sound" in told
    assert only(hotline, Voicemail).state is VoicemailState.EXPECTED


def test_every_promise_that_did_not_hold_is_told() -> None:
    assert LOADED.faults() == []
    slow = [*ANSWERS, Answer(1.0, "incoming", 1200.0, "200"), Answer(1.0, "text", 900.0, "503")]
    held = {"web": [(0.5, 100.0), (1.0, 100.0), (1.5, 150.0), (2.0, 150.0), (2.5, 150.0)]}
    told = replace(LOADED, answers=slow, held=held, wrong=["calls: 1 missing"]).faults()
    assert (
        told
        == [
            "calls: 1 missing",
            "1 x text 503",
            "p99 900 ms is over 250",
            "the slowest webhook took 1200 ms",
            "web grew by 50 MB",
        ][: len(told)]
    )
    assert load_memory.Grown(10, 100.0, 120.0, {"200": 9, "500": 1}).faults() == [
        "the worker grew by 20.0 MB",
        "1 x 500",
    ]


def test_the_picture_is_drawn_to_scale(tmp_path: Path) -> None:
    drawing = load_graph.drawn("a & b", [Panel("ms", [Curve("median", [(0, 0), (10, 50)])], bound=100)])
    root = etree.fromstring(drawing.encode())
    (line,) = root.iter("{*}polyline")
    (_, low), (_, high) = (point.split(",") for point in str(line.get("points")).split())
    assert float(low) - float(high) == pytest.approx(load_graph.HEIGHT / 2)
    assert "a &amp; b" in drawing
    etree.fromstring(load_run.picture(LOADED).encode())
