"""From a text to a report, on several hosts: the journey that everybody knows, not a word of it different."""

from tests.journeys.test_offers import test_a_text_becomes_an_offer_a_yes_and_a_report

__all__ = ["test_a_text_becomes_an_offer_a_yes_and_a_report"]
