"""Fuses the two lanes of an answer into one ranking: words decide, vectors add what words cannot find."""

from collections.abc import Sequence
from typing import NamedTuple

from indexer.engine import Hit

NEAR_WEIGHT = 0.5
"""How much a nearness of 1 counts against a best word match of 1.

Measured with the encoder that ships on the 60 judged questions of the sample (threads that answer among the
first five, and mean reciprocal rank): words alone 36, .449; cosine × .2, 36, .458; nearness × .5, 38, .469.
Plain reciprocal rank fusion was measured to cost whole passages .137 of nDCG@10.
"""
CROWD = 50
"""So many neighbours are a crowd: its last one is as near as any text of the company is to any question."""


class Fused(NamedTuple):
    """A candidate: post, passage to show, score, and the lanes (`match`, `near`) that found it."""

    post: str
    passage: int
    score: float
    lanes: tuple[str, ...]


def fuse(match: Sequence[Hit], near: Sequence[Hit], near_weight: float = NEAR_WEIGHT) -> list[Fused]:
    """Best first, ties by post id: score = match / best match + `near_weight` × nearness.

    A weighted CombSUM (Fox & Shaw 1994) of normalised scores. `near` scores are cosines, of which nearness is
    what rises above the floor, (cosine - floor) / (1 - floor): the floor is the last of a crowd, or 0. With a
    weight below 1, what only the vectors found never outranks the best word match; without any word match the
    vectors answer alone. The passage shown is the one that the words found, if they did.
    """
    best = max((hit.score for hit in match), default=0.0)
    lexical = {hit.post: hit.score / best if best > 0 else 0.0 for hit in match}
    floor = max(0.0, near[-1].score) if len(near) >= CROWD else 0.0
    nearness = {hit.post: max(0.0, hit.score - floor) / (1 - floor) if floor < 1 else 1.0 for hit in near}
    passage = {hit.post: hit.passage for hit in (*near, *match)}
    fused = [
        Fused(
            post,
            passage[post],
            lexical.get(post, 0.0) + near_weight * nearness.get(post, 0.0),
            tuple(lane for lane, posts in (("match", lexical), ("near", nearness)) if post in posts),
        )
        for post in passage
    ]
    return sorted(fused, key=lambda candidate: (-candidate.score, candidate.post))
