"""What a volunteer or a listener types: understood, obeyed, answered; never silence."""

from hotline.services.answers.listeners import listener_says
from hotline.services.answers.volunteers import volunteer_says

__all__ = ["listener_says", "volunteer_says"]
