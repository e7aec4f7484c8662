"""On se parle !!: a telephone hotline and callback system for isolated people."""
