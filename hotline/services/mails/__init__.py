"""Mails: read into the files of people, written under the same rules as texts, passed on over a relay."""
