"""Training goes on from an encoder that is there, on a company's own threads: gently, and not further than is
good on later ones.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from models.language.morpheme_encoder import MorphemeEncoder
from models.language.static_tensors import unit
from models.language.subwords import MARK
from models.language.training.contrast import Contrast
from models.language.training.finding import Sought
from models.language.training.model_files import Floats, Vectors
from models.language.training.schedule import Schedule, batches
from models.language.training.threads import Forms, Thread, corpus_of, pairs_of, posts_of

SIZE = 256
"""Pairs in a batch; 512 learns less from a company of some hundred threads in the same time."""
PASSES = 12
"""How often each pair is drawn, about."""
FEWEST_STEPS, MOST_STEPS = 150, 2_000
"""Batches: what the smallest home takes to learn anything, and some minutes."""
SHARES = {"answers": 0.4, "titles": 0.3, "bodies": 0.1, "replies": 0.1, "copies": 0.1}
"""How often a batch is of each kind of pairs. Other shares made no difference beyond noise."""
GENTLENESS = 0.3
"""What the rates of the first training are multiplied by: the words know a good deal already."""
COMMON = 0.03
"""The share of the posts at which a word weighs half of what it did: what every post of a company says does
not tell its posts apart. SIF (Arora et al. 2017), here by posts."""
FEWEST_THREADS = 3
"""Threads in which a new word stands before it gets a vector of its own, and a place in the vocabulary."""
MOST_WORDS = 60_000
"""The most frequent words are trained: at 256 dimensions some 300 MB while training."""
SHARES_OF_NEW = (0.25, 0.5, 0.75, 1.0)
"""How far to go from the old vectors to the learned ones; the best on an inner split by date is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """The rows of words as they were and as they were learned, both of shape (words, dimensions).

    `kept` are the words that the new encoder has a row for: those that it had, and frequent new ones.
    """

    words: tuple[str, ...]
    old: Floats
    new: Floats
    kept: frozenset[str]

    def blended(self, share: float) -> Floats:
        """The rows at a share of the way from old to new; of words that are not kept the old ones."""
        kept = np.array([[word in self.kept] for word in self.words], dtype=np.float32)
        blended: Floats = self.old + np.float32(share) * kept * (self.new - self.old)
        return blended


def steps_for(threads: Sequence[Thread]) -> int:
    """How many batches are worth learning from threads."""
    pairs = sum(map(len, pairs_of(threads).values()))
    return max(FEWEST_STEPS, min(MOST_STEPS, PASSES * pairs // SIZE))


def learn(
    encoder: MorphemeEncoder, threads: Sequence[Thread], advance: Callable[[int], object], *, seed: int = 0
) -> Learned:
    """Learn from threads; `advance` is told of batches. The same threads give the same rows."""
    corpus = corpus_of(threads)
    order = np.lexsort((np.arange(len(corpus.forms)), -corpus.counts))[:MOST_WORDS]
    words = tuple(corpus.forms[place] for place in sorted(order))
    old = encoder.words(words, made_up=True)
    start = old * _inverse_frequency(words, threads)[:, None]
    lengths = np.maximum(np.linalg.norm(start, axis=1), np.float32(1e-6))
    alone = sparse.identity(len(words), dtype=np.float32, format="csr")
    contrast = Contrast(alone, start / lengths[:, None], np.log(lengths))
    schedule = Schedule(
        steps=steps_for(threads), size=SIZE, shares=SHARES, dimensions=encoder.dimensions, seed=seed
    )
    for _ in batches(contrast, corpus, words, schedule, GENTLENESS):
        advance(1)
    frequent = {word for word, count in _threads_with(threads).items() if count >= FEWEST_THREADS}
    kept = (frequent | set(encoder.vocabulary)) & set(words)
    return Learned(words=words, old=old, new=contrast.vectors(), kept=frozenset(kept))


def shares_by_worth(encoder: MorphemeEncoder, learned: Learned, sought: Sought) -> list[float]:
    """`SHARES_OF_NEW`, the one first that finds the answers of threads that were not learned from best."""
    texts = [*sought.questions, *sought.candidates]
    forms = sorted({form for text in texts for form in text})
    place = {form: row for row, form in enumerate(forms)}
    counts = [len(text) for text in texts]
    columns = [place[form] for text in texts for form in text]
    bag = sparse.csr_matrix(
        (np.ones(len(columns), np.float32), (np.repeat(np.arange(len(texts)), counts), columns)),
        shape=(len(texts), len(forms)),
    )
    rows = encoder.words(forms, made_up=True)
    seen = [(place[word], row) for row, word in enumerate(learned.words) if word in place]
    there, here = np.array(seen, dtype=np.int64).reshape(-1, 2).T

    def worth(share: float) -> float:
        rows[there] = learned.blended(share)[here]
        vectors = unit(bag @ rows)
        found = sought.reciprocal_ranks(vectors[: len(sought.questions)], vectors[len(sought.questions) :])
        return float(found.mean())

    return sorted(SHARES_OF_NEW, key=lambda share: (-worth(share), share))


def adapted(encoder: MorphemeEncoder, learned: Learned, share: float) -> Vectors:
    """The rows of the new encoder: those of the old one, with what was learned and the new words."""
    pieces = tuple(token for token in encoder.vocabulary if token.startswith(MARK))
    had = tuple(token for token in encoder.vocabulary if not token.startswith(MARK))
    words = (*had, *sorted(learned.kept - set(had)))
    place = {word: row for row, word in enumerate(words)}
    rows = encoder.words(words, made_up=True)
    kept = [row for row, word in enumerate(learned.words) if word in learned.kept]
    rows[[place[learned.words[row]] for row in kept]] = learned.blended(share)[kept]
    return Vectors(
        words=words,
        pieces=pieces,
        word_rows=rows,
        piece_rows=encoder.words(pieces, made_up=True),
        unknown_weight=float(encoder.unknown_weight),
        number_weight=float(encoder.number_weight),
    )


def _inverse_frequency(words: Sequence[str], threads: Sequence[Thread]) -> Floats:
    texts = [said.forms for said in posts_of(threads)]
    holding = Counter(form for text in texts for form in set(text))
    shares = np.array([holding[word] for word in words]) / len(texts)
    smooth: Floats = (COMMON / (COMMON + shares)).astype(np.float32)
    return smooth


def _threads_with(threads: Iterable[Thread]) -> Counter[str]:
    def forms(thread: Thread) -> set[str]:
        texts: list[Forms] = [said.forms for said in posts_of([thread])]
        return {form for text in texts for form in text}

    return Counter(form for thread in threads for form in forms(thread))
