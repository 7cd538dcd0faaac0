"""The encoder that ships: the weighted mean of word vectors over the index terms of our own analyser."""

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.errors import BadEncoder
from models.language.analyzer import Analyzer
from models.language.encoder_revision import encoder_revision
from models.language.static_tensors import (
    CONFIG,
    REMEDY,
    TENSORS,
    TOKENIZER,
    TokenTable,
    Vectors,
    check_tensors,
    read_tensors,
    unit,
)
from models.language.subwords import sign_vector, sound, spelling
from models.language.terms import simple_forms, terms

UNKNOWN_WORDS_KEPT = 4_096
"""Vectors of unknown words that are kept ready, 4 MB at 256 dimensions."""


class MorphemeEncoder:
    """Reads a model2vec directory whose tokens are index terms, and pieces of them for words that it lacks.

    A text's vector comes from its terms alone, so that vectors can be made again from stored ones.
    Compounds are left out beside their parts, or they would count twice. Where the configuration says
    `compounds`, one that has a vector of its own stands for itself, without its parts. A word without a
    vector has one nearly orthogonal to all others, plus what its pieces say: the same word meets itself, also
    in a language that the model never saw. model2vec, given simple terms with blanks between, gives equal
    vectors where it knows all of them, and leaves unknown ones out.

    Raises `BadEncoder` for a damaged or foreign directory.
    """

    def __init__(self, directory: Path, analyzer: Analyzer, cache: Path | None = None) -> None:
        """`cache` is the folder for digests of what was read before."""
        config = read_config(directory / CONFIG)["dure"]
        self._tokens = read_vocabulary(directory / TOKENIZER)
        self._has_compounds = config.get("compounds") is True
        tensors = read_tensors(directory / TENSORS)
        check_tensors(directory / TENSORS, max(self._tokens.values(), default=-1) + 1, tensors)
        self._table = TokenTable(tensors)
        self._analyzer = analyzer
        try:
            self.unknown_weight, self.number_weight = (
                np.float32(config[f"{kind}_weight"]) for kind in ("unknown", "number")
            )
            self._shares = tuple(np.float32(config[f"{kind}_share"]) for kind in ("spelling", "sound"))
        except (KeyError, TypeError, ValueError) as error:
            raise BadEncoder(
                f'{directory / CONFIG}: "dure" lacks a number ({error}).', remedy=REMEDY
            ) from error
        self.revision = f"morphemes-{encoder_revision(directory, cache)}"
        self.dimensions = self._table.dimensions
        self._unknown_vector = lru_cache(UNKNOWN_WORDS_KEPT)(self._made_up)

    def embed(
        self, texts: Sequence[str], forms: Sequence[Sequence[str]] | None = None
    ) -> npt.NDArray[np.float32]:
        """Shape (len(texts), dimensions); zero rows for texts without a term: empty, signs, emoji."""
        if forms is None:
            forms = [self._forms(text) for text in texts]
        unknown: list[tuple[int, str]] = []
        vectors = self._table.sums(self._known(forms, unknown), len(forms))
        for row, form in unknown:
            vectors[row] += self._unknown_vector(form)
        return unit(vectors)

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """The words that have a vector, and the pieces, whose names begin with `MARK`."""
        return tuple(self._tokens)

    def is_word(self, compound: str, parts: Sequence[str]) -> bool:
        """Whether a compound has a vector that says more than its parts; as `simple_forms` asks."""
        return self._has_compounds and compound in self._tokens

    def words(self, forms: Sequence[str], *, made_up: bool = False) -> npt.NDArray[np.float32]:
        """As `WordVectors.words`."""
        vectors = np.zeros((len(forms), self.dimensions), dtype=np.float32)
        known = self._ids(forms)
        vectors[known >= 0] = self._table.rows(known[known >= 0])
        if made_up:
            for row, form in enumerate(forms):
                if known[row] < 0:
                    vectors[row] = self._unknown_vector(form)
        return vectors

    def cosines(self, given: Vectors, forms: Sequence[str]) -> Vectors:
        """As `WordVectors.cosines`."""
        known = self._ids(forms)
        cosines = np.zeros((len(given), len(forms)), dtype=np.float32)
        cosines[:, known >= 0] = self._table.cosines(given, known[known >= 0])
        return cosines

    def _ids(self, forms: Sequence[str]) -> npt.NDArray[np.int64]:
        """The token of each form; -1 for an unknown one."""
        return np.fromiter(map(self._tokens.get, forms, repeat(-1)), np.int64, len(forms))

    def _forms(self, text: str) -> list[str]:
        return [term.form for term in terms(self._analyzer.analyze(text))]

    def _known(self, texts: Sequence[Sequence[str]], unknown: list[tuple[int, str]]) -> Iterator[list[int]]:
        """Token ids of each text; its unknown forms are appended to `unknown` on the way."""
        number = self._tokens.get
        for row, forms in enumerate(texts):
            simple = simple_forms(forms, self.is_word)
            ids = [number(form) for form in simple]
            if None in ids:
                unknown += [(row, form) for form, token in zip(simple, ids, strict=True) if token is None]
            yield [token for token in ids if token is not None]

    def _made_up(self, form: str) -> Vectors:
        """The vector of an unknown word, composed as those of known words were before they were trained."""
        own = sign_vector(form, self.dimensions)
        vector, square = own.copy(), 1.0
        for pieces, share in zip((spelling(form), sound(form)), self._shares, strict=True):
            known = [self._tokens[piece] for piece in pieces if piece in self._tokens]
            if known:
                vector += (
                    self._table.rows(np.array(known)).sum(axis=0) * share / np.float32(len(pieces) ** 0.5)
                )
                square += float(share) ** 2 * len(known) / len(pieces)
        weight = self.number_weight if form[:1].isdigit() else self.unknown_weight
        return vector * np.float32(weight / square**0.5)


def read_config(path: Path) -> dict[str, Any]:
    """The configuration of a model2vec directory; empty where it has none, `BadEncoder` if it is damaged."""
    if not path.is_file():
        return {}
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadEncoder(f"{path}: cannot be read ({error}).", remedy=REMEDY) from error
    if not isinstance(config, dict) or not isinstance(config.get("dure", {}), dict):
        raise BadEncoder(f"{path}: is no configuration of an encoder.", remedy=REMEDY)
    return config


def read_vocabulary(path: Path) -> dict[str, int]:
    """The token ids by token, without the token for unknown ones."""
    try:
        model = json.loads(path.read_text(encoding="utf-8"))["model"]
        vocabulary: dict[str, int] = dict(model["vocab"])
        if not set(map(type, vocabulary.values())) <= {int} or min(vocabulary.values(), default=0) < 0:
            raise TypeError("a token whose id is no number")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadEncoder(
            f"{path}: cannot be read as a vocabulary of words ({error}).", remedy=REMEDY
        ) from error
    vocabulary.pop(model.get("unk_token"), None)
    return vocabulary
