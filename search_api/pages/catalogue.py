"""Every word of the pages by its name, from a gettext catalogue a language, and dates and numbers as the
language writes them; which language a reader wants."""

from collections.abc import Mapping
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Literal, NamedTuple

from babel.dates import format_skeleton, format_time, get_datetime_format
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations

from models.moments import LocalTime

Language = Literal["ko", "en"]

LANGUAGES: tuple[Language, Language] = ("ko", "en")
OTHER: Mapping[Language, Language] = {"ko": "en", "en": "ko"}
LOCALE = Path(__file__).parent / "locale"


class Catalogue(NamedTuple):
    """What translates names into words, and the names that it knows."""

    translations: Translations
    names: frozenset[str]


def read(language: Language) -> Catalogue:
    """The catalogue of a language, compiled anew: translators edit the text, and nothing else is kept."""
    with (LOCALE / language / "LC_MESSAGES" / "dure.po").open("rb") as text:
        catalog = read_po(text, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    ids = (message.id for message in catalog if message.id)
    return Catalogue(
        Translations(compiled), frozenset(id_ if isinstance(id_, str) else id_[0] for id_ in ids)
    )


CATALOGUES: Mapping[Language, Catalogue] = {language: read(language) for language in LANGUAGES}


class Words:
    """The catalogue in one language. A name that is not there raises `KeyError`."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._translations, self._names = CATALOGUES[language]

    def __getitem__(self, name: str) -> str:
        return self._translations.gettext(self._known(name))

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def count(self, name: str, number: int) -> str:
        """The words for a number of things, as the language's grammar has them for it."""
        self._known(name)
        return self._translations.ngettext(name, name, number).format(count=self.number(number))

    def fill(self, name: str, /, **values: str) -> str:
        """The words with values in their places."""
        return self[name].format(**values)

    def number(self, number: int) -> str:
        """A number as the language writes it."""
        return format_decimal(number, locale=self.language)

    def day(self, day: date) -> str:
        """A date as people write it: 2026년 2월 4일; Feb 4, 2026."""
        return format_skeleton("yMMMd", day, locale=self.language)

    def minute(self, moment: LocalTime) -> str:
        """Date and time as people write them: 2026년 2월 4일 오후 3:20; Feb 4, 2026, 3:20 PM."""
        time = format_time(moment, "short", tzinfo=moment.tzinfo, locale=self.language)
        return str(get_datetime_format("medium", locale=self.language)).format(time, self.day(moment.date()))

    def _known(self, name: str) -> str:
        if name not in self._names:
            raise KeyError(name)
        return name


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
