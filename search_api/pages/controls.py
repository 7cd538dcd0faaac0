"""Characters that command a screen instead of writing on it: no page holds them, wherever they were typed."""

import re

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Embeddings, overrides and isolates: behind one, `fdp.exe` reads as a PDF."""


def harmless(html: str) -> str:
    """A page without control codes, and with U+FFFD for whatever would turn the direction of its text."""
    return _TURNS.sub("\N{REPLACEMENT CHARACTER}", _CONTROLS.sub("", html))
