"""The form in which a phrase is given other words."""

from typing import Any

from wtforms import Form, TextAreaField

from hotline.services.desk import prompts
from hotline.services.desk.prompts import Prompt
from hotline.web.desk import greeting_words as words


class WordsForm(Form):
    """The words of one phrase; a fault is said as a sentence and loses nothing."""

    text = TextAreaField()

    def take(self, prompt: Prompt, samples: Any) -> str | None:
        """Return the words if they can be used; else each fault is told at the field."""
        text = prompts.tidy(self.text.data or "")
        found = prompts.problems(prompt, text, samples)
        self.text.errors = [words.sentence(problem) for problem in found]
        return None if found else text
