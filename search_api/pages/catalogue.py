"""The catalogue of every word of the pages, and which of its languages a reader wants."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

Language = Literal["ko", "en"]

LANGUAGES: tuple[Language, Language] = ("ko", "en")
OTHER: Mapping[Language, Language] = {"ko": "en", "en": "ko"}

ENTRIES: Mapping[str, Mapping[str, str]] = tomllib.loads(
    (Path(__file__).parent / "catalogue.toml").read_text(encoding="utf-8")
)
"""By name: the Korean (`ko`), the English (`en`) and, where it differs, the English for one (`en_one`)."""


class Words:
    """The catalogue in one language. A name that is not there raises `KeyError`."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __getitem__(self, name: str) -> str:
        return ENTRIES[name][self.language]

    def __contains__(self, name: str) -> bool:
        return name in ENTRIES

    def count(self, name: str, number: int) -> str:
        """The words for a number of things, with thousands separated."""
        entry = ENTRIES[name]
        one = entry.get(f"{self.language}_one") if number == 1 else None
        return one or entry[self.language].format(count=f"{number:,}")

    def fill(self, name: str, /, **values: str) -> str:
        """The words with values in their places."""
        return self[name].format(**values)


def preferred(accepted: str) -> Language:
    """The language that an Accept-Language header asks for first; Korean unless it is English."""
    ranked = sorted(
        (entry.strip().partition(";q=") for entry in accepted.lower().split(",")),
        key=lambda entry: -_quality(entry[2]),
    )
    for tag, _, quality in ranked:
        if tag[:2] in LANGUAGES and _quality(quality) > 0:
            return "ko" if tag.startswith("ko") else "en"
    return "ko"


def _quality(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0
