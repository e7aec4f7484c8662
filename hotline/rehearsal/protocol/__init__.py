"""What both sides must agree on, written a second time from the carrier's published rules."""
