"""The sweep: what the carrier knows and we do not comes home, after an hour or after a week."""
