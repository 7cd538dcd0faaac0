"""The `Analyzer` protocol: text in, tokens with character offsets and ready-made index terms out."""

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from models.language.dictionary import Dictionary
    from models.language.known_names import KnownNames


class Role(StrEnum):
    """What a term is within its token: it decides how much the term weighs in a question."""

    WORD = "word"
    COMPOUND = "compound"
    PART = "part"
    VARIANT = "variant"
    """Another spelling of the whole token: whoever asks for either finds both."""


class Term(NamedTuple):
    """One index term: the form that is matched, its part of speech and where in the text it stands.

    `start` and `end` are character offsets into the analysed text. `tag` is a Sejong tag (NNG, VV, SL …).
    """

    form: str
    start: int
    end: int
    tag: str
    role: Role = Role.WORD


class Token(NamedTuple):
    """One morpheme as it stands in the text; function morphemes carry no terms.

    Tokens come in text order, do not overlap and leave out only white space.
    """

    start: int
    end: int
    tag: str
    terms: tuple[Term, ...] = ()


class Analyzer(Protocol):
    """Reads Korean and English text.

    Never raises on odd input: lone surrogates, NUL, emoji, megabytes and empty text are read like any other.
    """

    @property
    def revision(self) -> str:
        """Changes whenever the same text may give other terms, except by the company dictionary."""
        ...

    @property
    def dictionary_revision(self) -> str:
        """Changes with the company dictionary."""
        ...

    @property
    def dictionary(self) -> "Dictionary":
        """The company dictionary in use."""
        ...

    def use(self, dictionary: "Dictionary") -> None:
        """Read with another company dictionary from now on, also while others are reading.

        Raises `BadSetting` if it cannot be used; the old one stays.
        """
        ...

    @property
    def names(self) -> "KnownNames":
        """The names of people that it knows."""
        ...

    def know(self, names: "KnownNames") -> None:
        """Read with these names from now on, also while others are reading."""
        ...

    def analyze(self, text: str) -> list[Token]:
        """The tokens of a text of any length, with offsets into `text` exactly as given."""
        ...
