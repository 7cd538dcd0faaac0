"""The gate of the vector lane: vectors are used only if they find paraphrases better than words do.

A light encoder fused into a strong word lane can ruin it, and one trained on another language gives numbers
just the same. What vectors are for is a question that shares few words with its answer, so that is what they
must show: 60 work-place questions, in Korean, English or both, each with the one passage that answers it in
other words. An encoder that does not beat plain BM25 even there has nothing to add anywhere.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.durable import write_durably
from models.language.analyzer import Analyzer, Role
from models.language.embedder import Embedder
from models.language.idf import inverse_document_frequency

PAIRS = Path(__file__).parent / "data" / "paraphrases.jsonl"
K1, B = 0.9, 0.4
"""BM25's parameters: better than the usual 1.2 and 0.75 on Korean passages and on short posts."""

RULES = "1"
"""Changes with what the gate does: results of other rules, which lie in a cache, count no more."""

_Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """The mean reciprocal rank of the right passage, by words and by vectors, both in (0, 1]."""

    words: float
    vectors: float

    @property
    def passed(self) -> bool:
        """Whether vectors beat words."""
        return self.vectors > self.words


def paraphrase_gate(embedder: Embedder, analyzer: Analyzer) -> GateResult:
    """Let both lanes look for each question's passage among all passages."""
    rows = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    questions = [row["question"] for row in rows]
    passages = [row["passage"] for row in rows]
    nearness = embedder.embed(questions) @ embedder.embed(passages).T
    return GateResult(
        words=mean_reciprocal_rank(_bm25(questions, passages, analyzer)),
        vectors=mean_reciprocal_rank(nearness.astype(np.float64)),
    )


def kept_paraphrase_gate(embedder: Embedder, analyzer: Analyzer, cache: Path | None) -> GateResult:
    """As `paraphrase_gate`, but looked up in the folder `cache` where it has been done before."""
    if cache is None:
        return paraphrase_gate(embedder, analyzer)
    decides = (RULES, embedder.revision, analyzer.revision, analyzer.dictionary_revision)
    digest = hashlib.sha256(repr(decides).encode() + PAIRS.read_bytes()).hexdigest()[:16]
    file = cache / "paraphrases.json"
    with suppress(OSError, ValueError, TypeError, KeyError):
        kept = json.loads(file.read_bytes())
        if kept["of"] == digest:
            return GateResult(**kept["result"])
    result = paraphrase_gate(embedder, analyzer)
    # Of a home that cannot be written it is found out every time.
    with suppress(OSError):
        write_durably(file, json.dumps({"of": digest, "result": asdict(result)}).encode())
    return result


def mean_reciprocal_rank(scores: _Scores) -> float:
    """Of the diagonal in each row of scores, shape (questions, passages).

    Passages with equal scores share the mean of their ranks: an encoder that says nothing gains nothing.
    """
    right = np.diagonal(scores)[:, None]
    better = (scores > right).sum(axis=1)
    equal = (scores == right).sum(axis=1)
    return float(np.mean(1.0 / (better + (equal + 1) / 2)))


def _bm25(questions: Sequence[str], passages: Sequence[str], analyzer: Analyzer) -> _Scores:
    """BM25 (Robertson & Zaragoza 2009).

    A question uses the parts of a compound in place of the compound.
    """
    counts = [
        Counter(term.form for token in analyzer.analyze(text) for term in token.terms) for text in passages
    ]
    lengths = np.array([count.total() for count in counts], dtype=np.float64)
    norms = K1 * (1 - B + B * lengths / max(lengths.mean(), 1.0))
    scores = np.zeros((len(questions), len(passages)))
    for row, question in enumerate(questions):
        terms = (term for token in analyzer.analyze(question) for term in token.terms)
        for form in {term.form for term in terms if term.role is not Role.COMPOUND}:
            frequency = np.array([count[form] for count in counts], dtype=np.float64)
            idf = inverse_document_frequency(len(passages), np.asarray(np.count_nonzero(frequency), float))
            scores[row] += idf * frequency * (K1 + 1) / (frequency + norms)
    return scores
