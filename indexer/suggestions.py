"""The form in which suggestions and their prefixes meet, the same in every engine."""

from unicodedata import normalize


def fold(text: str) -> str:
    """Caseless and composed."""
    return normalize("NFC", text.casefold())
