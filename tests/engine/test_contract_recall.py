"""What both engines keep of the posts nearest to a question, against an exact comparison with every post."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from asking import near
from engine_examples import asks, entry, passage, publish, scope

from indexer.engine import Engine, Fingerprint

POSTS, QUESTIONS, NEAREST, DIMENSIONS, WORDS = 6_000, 60, 50, 256, 5_000

ENGINES = ["embedded", pytest.param("opensearch", marks=pytest.mark.opensearch)]


def said(random: np.random.Generator, texts: int) -> npt.NDArray[np.float32]:
    """The vectors of short texts: means of a few words each, of which some are said everywhere.

    One in twelve equals another, as short posts do: graphs of neighbours come apart at such crowds.
    """
    words = random.normal(size=(WORDS, DIMENSIONS)).astype(np.float32)
    common = 1 / np.arange(1, WORDS + 1)
    lengths = random.integers(1, 9, texts)
    share = common / common.sum()
    rows = [words[random.choice(WORDS, length, p=share)].mean(axis=0) for length in lengths]
    vectors = np.stack(rows)
    unit: npt.NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


@pytest.mark.slow
@pytest.mark.parametrize("name", ENGINES)
def test_the_nearest_of_short_posts_alike_are_found_however_much_a_viewer_sees(
    name: str, open_engine: Callable[[str, Fingerprint], Engine]
) -> None:
    vectors = said(np.random.default_rng(11), POSTS + QUESTIONS)
    rows, asked = vectors[:POSTS], vectors[POSTS:]
    shares = {"everyone": 1, "one in 2": 2, "one in 10": 10, "one in 40": 40}
    engine = open_engine(name, Fingerprint(analyzer="test", embedder="모델 1", dimensions=DIMENSIONS))
    publish(
        engine,
        *(
            entry(
                f"p{number:04}",
                passage("글", row),
                audience=tuple(token for token, share in shares.items() if number % share == 0),
            )
            for number, row in enumerate(rows)
        ),
    )
    for token, share in shares.items():
        recalled = []
        for question in asked:
            likeness = rows @ question
            # Of equal posts any is right.
            least = np.sort(likeness[::share])[-NEAREST] - 1e-5
            hits = near(engine, asks(near=question), scope(token), NEAREST)
            numbers = [int(hit.post[1:]) for hit in hits]
            assert all(number % share == 0 for number in numbers)
            recalled.append(sum(likeness[number] >= least for number in numbers) / NEAREST)
        assert np.mean(recalled) >= 0.98, token
