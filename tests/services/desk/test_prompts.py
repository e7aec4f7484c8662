"""Every phrase has its place, and no change of words makes one useless."""

from dataclasses import replace

import pytest

from hotline.bootstrap import Hotline
from hotline.services.desk import heard, prompts
from hotline.services.desk.prompts import Fault, Moment, Prompt
from hotline.web.desk import greeting_words


def found(hotline: Hotline, name: str, language: str = "fr") -> Prompt:
    prompt = prompts.find(hotline.line, language, name)
    assert prompt is not None
    return prompt


def faults(hotline: Hotline, name: str, text: str) -> list[tuple[Fault, str]]:
    prompt = found(hotline, name)
    samples = heard.samples(hotline.line, "fr", hotline.clock.now(), written=prompt.written)
    return [(problem.fault, problem.about) for problem in prompts.problems(prompt, text, samples)]


def test_every_phrase_of_the_line_is_shown_once(hotline: Hotline) -> None:
    shown = [prompt.name for group in prompts.by_moment(hotline.line, "fr").values() for prompt in group]
    phrases = hotline.line.words.phrases
    sms_and_speech = [name for name in phrases if name.partition(".")[0] not in prompts.LETTERS]
    assert sorted(shown) == sorted(sms_and_speech)


def test_every_phrase_has_been_given_its_moment(hotline: Hotline) -> None:
    words = prompts.by_moment(hotline.line, "fr")[Moment.WORDS]
    assert {prompt.name.partition(".")[0] for prompt in words} == {"line"}


def test_every_moment_and_every_value_has_its_words(hotline: Hotline) -> None:
    everything = [prompt for group in prompts.by_moment(hotline.line, "fr").values() for prompt in group]
    assert set(greeting_words.MOMENTS) == set(Moment)
    assert {value for prompt in everything for value in prompt.values} == set(greeting_words.VALUES)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_original_passes_the_rules_that_hold_for_changes(hotline: Hotline, language: str) -> None:
    for group in prompts.by_moment(hotline.line, language).values():
        for prompt in group:
            samples = heard.samples(hotline.line, language, hotline.clock.now(), written=prompt.written)
            assert prompts.problems(prompt, prompt.original, samples) == [], prompt.name
            if prompt.written:
                assert prompts.measured(prompt.original, samples)[0].count == 1, prompt.name


def test_only_what_is_the_same_in_every_call_may_be_a_recording(hotline: Hotline) -> None:
    for name in ("greeting.hello", "voicemail.emergency", "voicemail.thanks", "whisper.ask", "apology.sorry"):
        assert found(hotline, name).recordable, name
    for name in ("voicemail.opens", "greeting.wait_for", "line.name", "bridge.a_volunteer", "texts.declined"):
        assert not found(hotline, name).recordable, name


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("greeting.wait", "", [(Fault.EMPTY, "")]),
        ("greeting.wait", "Un instant {.", [(Fault.BRACES, "")]),
        ("greeting.wait", "Un instant {line!r}.", [(Fault.BRACES, "")]),
        ("greeting.wait_for", "Nous appelons {volunteer:>999999}.", [(Fault.BRACES, "")]),
        ("greeting.wait_for", "Un instant.", [(Fault.MISSING, "{volunteer}")]),
        ("greeting.wait", "Un instant, {caller}.", [(Fault.UNKNOWN, "{caller}")]),
        ("voicemail.opens", "La ligne ouvrira bientôt.", [(Fault.MISSING, "{next_opening}")]),
        ("voicemail.emergency", "Appelez le 112.", [(Fault.DIGITS, "15")]),
        ("whisper.ask", "Un appel. Appuyez sur une touche.", [(Fault.DIGITS, "1")]),
        ("greeting.wait", "a" * 601, [(Fault.TOO_LONG, "")]),
        ("texts.offer", "{caller} attend. OUI ou NON ?", [(Fault.MISSING, "{reference}")]),
        ("texts.declined", "Merci ! " * 21, [(Fault.SEGMENTS, "")]),
    ],
)
def test_words_that_would_mislead_are_refused_with_their_reason(
    hotline: Hotline, name: str, text: str, expected: list[tuple[Fault, str]]
) -> None:
    assert faults(hotline, name, text) == expected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("greeting.hello", "Bonjour !"),
        ("voicemail.opens", "Nous vous répondrons {next_opening}."),
        ("voicemail.emergency", "En danger ? Composez le 15, ou le 112."),
        ("texts.acknowledgement", "Merci, on vous rappelle vite."),
    ],
)
def test_words_of_their_own_are_welcome(hotline: Hotline, name: str, text: str) -> None:
    assert faults(hotline, name, text) == []


def test_english_shows_only_what_is_heard_in_english(hotline: Hotline) -> None:
    heard_in_english = {
        *(Moment.WELCOME, Moment.VOICEMAIL, Moment.BOUNDARY, Moment.CALLED, Moment.WORDS),
        Moment.TEXTS_TO_CALLERS,
    }
    assert set(prompts.by_moment(hotline.line, "en")) == heard_in_english
    assert prompts.find(hotline.line, "en", "texts.offer") is None
    assert prompts.find(hotline.line, "de", "greeting.wait") is None
    assert prompts.find(hotline.line, "fr", "greeting.nothing") is None


def test_a_sentence_of_an_sms_is_measured_as_it_leaves(hotline: Hotline) -> None:
    prompt = replace(found(hotline, "texts.declined"), text="Ça va, merci…")
    segments, sent = prompts.measured(prompt.text, {})
    assert sent == "Ça va, merci..."
    assert (segments.encoding, segments.units, segments.count) == ("GSM-7", 15, 1)
