"""Which words get a vector of their own, and what each weighs in the end."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.language.training.composition import Concept
from models.language.training.corpus import Corpus

FEWEST = 3
"""Occurrences of a word that are worth learning from; of a Korean one, whose pieces tell much, one is."""
FOREIGN = 1 / 3
"""What an occurrence of a Latin word or number counts for: most are identifiers, alike in both languages."""


def chosen_words(corpus: Corpus, concepts: Iterable[Concept], most: int) -> list[str]:
    """Every word that a concept names, every Korean one, then the most frequent ones."""
    named = dict.fromkeys(form for concept in concepts for form in (*concept.forms, *dict(concept.parts)))
    korean = np.array(["가" <= form[0] <= "힣" for form in corpus.forms])
    worth = np.where(korean, np.maximum(corpus.counts, FEWEST), FOREIGN * corpus.counts)
    for place in np.argsort(-worth, kind="stable"):
        if len(named) >= most:
            break
        if korean[place] or corpus.counts[place] >= FEWEST:
            named.setdefault(corpus.forms[place])
    return list(named)


TALK = Path(__file__).parent / "talk.txt"
"""Words of talk, which say little, and which manuals hardly use: there they look rare, and so important."""
TALK_WEIGHT = 0.6
RARE, RARE_WEIGHT = 6, 1.3
"""Of a word that stands in fewer places little is learned: like an unknown one it mostly tells itself, and
weighs nearly as much. On KorQuAD's even articles recall@10 .851 → .862."""


def settled(
    words: Sequence[str],
    rows: npt.NDArray[np.float32],
    counts: npt.NDArray[np.int64],
    evenness: float,
    number_weight: float,
) -> npt.NDArray[np.float32]:
    """The rows, their lengths drawn towards 1 by `evenness` (0: as learned).

    Numbers and rare words are made weightier, talk lighter; `counts` says how often words stand in texts.

    What tells texts apart in the training data is not what people go by when they judge likeness.
    """
    talk = set(TALK.read_text(encoding="utf-8").split())
    lengths = np.maximum(np.linalg.norm(rows, axis=1), 1e-6)
    factors = lengths**-evenness
    factors *= np.array(
        [number_weight if word[:1].isdigit() else TALK_WEIGHT if word in talk else 1.0 for word in words]
    )
    digits = np.array([word[:1].isdigit() for word in words])
    factors[(counts < RARE) & ~digits] *= RARE_WEIGHT
    scaled: npt.NDArray[np.float32] = (rows * factors[:, None]).astype(np.float32)
    return scaled
