"""The pictures in docs/images, taken of the real product in Chromium."""
