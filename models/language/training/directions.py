"""Finds the directions in which the pretrained sentence encoder tells texts apart:
`python -m models.language.training.directions --parallel FILE [--out FILE]`.

Of its 512 dimensions 192 are enough. Kept are the principal directions, not centred, of sentences in both
languages (latent semantic analysis; Deerwester et al. 1990). Spearman's ρ on KorSTS dev with 512, 256, 192
and 128 of them: .765, .770, .768, .753; centred, .001 to .006 less.
"""

import argparse
import random
from pathlib import Path

import numpy as np

from models.language.sentence_encoder import DIMENSIONS, DIRECTIONS, SentenceEncoder
from models.language.training.rows import held_out, read_rows

DRAWN = 6_000
"""Sentences of either language; 512 directions need no more."""
HELD_OUT = ("vuejs-docs",)


def main() -> None:
    """Read, encode, decompose, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--parallel", type=Path, required=True, help="JSON lines of en, ko and source, gzipped"
    )
    parser.add_argument("--out", type=Path, default=DIRECTIONS)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rows, _ = held_out(read_rows(arguments.parallel, ("ko", "en")), HELD_OUT)
    drawn = random.Random(arguments.seed).sample(rows, min(DRAWN, len(rows)))
    vectors = SentenceEncoder(directions=None).embed([text for row in drawn for text in (row.a, row.b)])
    _, _, directions = np.linalg.svd(vectors, full_matrices=False)
    np.save(arguments.out, directions[:DIMENSIONS].T.astype(np.float16))


if __name__ == "__main__":
    main()
