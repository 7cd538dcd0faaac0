"""English stems by Snowball's English stemmer (https://snowballstem.org/algorithms/english/stemmer.html)."""

import threading
from functools import cache, lru_cache
from typing import Any

# The stemmer keeps the word that it works on in itself.
_stemming = threading.Lock()


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The stem of a lower-case word; what is not made of a-z alone is left as it is."""
    if not (word.isascii() and word.isalpha()):
        return word
    with _stemming:
        stemmed: str = _stemmer().stemWord(word)
    return stemmed


@cache
def _stemmer() -> Any:
    # Imported with the first English word: it brings the stemmers of all languages.
    import snowballstemmer

    return snowballstemmer.stemmer("english")
