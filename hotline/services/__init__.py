"""Use cases: they take a session and a moment; they never commit, never render, never dial."""
