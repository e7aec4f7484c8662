"""What a password must be: long, not built on who they are, not one character again and again."""

SHORTEST = 12
LONGEST = 256
_FEWEST_CHARACTERS = 5
_SHORTEST_PART = 4
_ROWS = tuple(row * 9 for row in ("0123456789", "1234567890", "azertyuiopqsdfghjklmwxcvbn", "qwertyuiop"))


def is_weak(password: str, name: str, email: str) -> bool:
    """Tell whether a password would be guessed: too short, too plain, or made of their name or address."""
    plain = password.casefold()
    if not SHORTEST <= len(password) <= LONGEST or len(set(plain)) < _FEWEST_CHARACTERS:
        return True
    rest = plain
    for part in (*name.casefold().split(), *email.casefold().replace("@", ".").split("."), "onseparle"):
        if len(part) >= _SHORTEST_PART:
            rest = rest.replace(part, "")
    return len(rest) < SHORTEST or any(rest in row for row in _ROWS)
