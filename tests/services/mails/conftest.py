"""A line that writes mails: a real server on the loopback takes them."""

from tests.postman import mailing, postman

__all__ = ["mailing", "postman"]
