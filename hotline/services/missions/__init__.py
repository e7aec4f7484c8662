"""Our mission on the platform of the Réserve civique: what we offer, what it refuses, the feed it reads."""
