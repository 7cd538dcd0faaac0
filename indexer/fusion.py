"""Fuses the two lanes of an answer into one ranking: words decide, vectors add what words cannot find."""

import json
from collections.abc import Container, Sequence
from pathlib import Path
from typing import NamedTuple

from indexer.engine import Hit

WEIGHTS = Path(__file__).parent / "fusion_weights.json"
"""Found on development data, and written with what was measured there, by `python -m benchmarks.fusion`."""

CROWD = 50
"""So many neighbours are a crowd: its last one is as near as any text of the company is to any question."""


class FusionWeights(NamedTuple):
    """How much a nearness of 1 counts against a best word match of 1.

    `doubt` is what it counts where the words found nothing of the question, and falls with the power
    `doubt_power` as they find more: static vectors are worth less than words that match. `foreign` is what it
    counts for a post in another language, which words can hardly find. `nearness_power` lets what is
    really near count, and not what is somewhat nearer than the rest.
    """

    doubt: float
    doubt_power: float
    foreign: float
    nearness_power: float


def read_weights(path: Path = WEIGHTS) -> FusionWeights:
    """The weights in a file that `benchmarks.fusion` wrote."""
    return FusionWeights(**json.loads(path.read_text(encoding="utf-8"))["weights"])


FOUND = read_weights()


class Fused(NamedTuple):
    """A candidate: post, passage to show, score, and the lanes (`match`, `near`) that found it."""

    post: str
    passage: int
    score: float
    lanes: tuple[str, ...]


def fuse(
    match: Sequence[Hit],
    near: Sequence[Hit],
    *,
    confidence: float = 1.0,
    foreign: Container[str] = frozenset(),
    weights: FusionWeights = FOUND,
) -> list[Fused]:
    """Best first, ties by post id: score = match / best match + weight × nearness ^ `nearness_power`.

    A weighted CombSUM (Fox & Shaw 1994) of normalised scores. `near` scores are cosines, of which nearness is
    what rises above the floor, (cosine - floor) / (1 - floor): the floor is the last of a crowd, or 0.
    `confidence`, 0 to 1, is how much of the question the best word match holds, and `foreign` are the posts
    in another language than the question's: they say which weight a nearness has (`FusionWeights`). Without
    any word match the vectors answer alone. The passage shown is the one that the words found, if they did.
    """
    best = max((hit.score for hit in match), default=0.0)
    lexical = {hit.post: hit.score / best if best > 0 else 0.0 for hit in match}
    floor = max(0.0, near[-1].score) if len(near) >= CROWD else 0.0
    nearness = {hit.post: max(0.0, hit.score - floor) / (1 - floor) if floor < 1 else 1.0 for hit in near}
    passage = {hit.post: hit.passage for hit in (*near, *match)}
    # Without a match nothing is sure, whatever the caller thinks of it.
    doubt = weights.doubt * (1 - confidence) ** weights.doubt_power if match else 1.0

    def score(post: str) -> float:
        weight = weights.foreign if post in foreign else doubt
        meant: float = nearness.get(post, 0.0) ** weights.nearness_power
        return lexical.get(post, 0.0) + weight * meant

    fused = [
        Fused(
            post,
            passage[post],
            score(post),
            tuple(lane for lane, posts in (("match", lexical), ("near", nearness)) if post in posts),
        )
        for post in passage
    ]
    return sorted(fused, key=lambda candidate: (-candidate.score, candidate.post))
