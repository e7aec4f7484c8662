"""Mails: read into the files of people, written under the same rules as texts, passed on between two sides."""
