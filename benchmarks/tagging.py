"""Fits the weights of tagging to the development half of the judged posts, and prints them.

`python -m benchmarks.tagging` prints them beside those in use, which `models.language.relevance` and
`models.language.topics` hold. The test half is not looked at: `dure eval tags` tells how well these do there.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from models.language import relevance, topics
from models.language.annotation import TagRow
from models.language.annotator import Annotator, AnnotatorSpec, PostText
from models.language.relevance import Mentions, Relevance
from models.language.vocabulary import key_of
from models.records import Channel, Post, PostKind
from pipelines.topic_assignment import WRITTEN_UP
from search_api.evaluation.sample import posts_of, read_sample
from search_api.evaluation.tagging import Judgement, read_judgements, sample_settings
from search_api.wiring.settings import load_settings

RIDGE = 2.0
"""Chosen by cross-validation over threads of the development half."""
STEPS = 30

Row = tuple[tuple[float, ...], bool]
"""The features of a subject in a post, and whether the judge filed the post under it."""


class Recorded(Relevance):
    """Weighs as ever, and keeps the features that it weighs of the last post."""

    features: dict[str, tuple[float, ...]]

    def weigh(
        self, mentions: Mapping[str, Mentions], cues: Mapping[str, float], length: int
    ) -> dict[str, float]:
        """As `Relevance`."""
        best = max(cues.values(), default=0.0)
        implied = {key for key, worth in cues.items() if worth >= relevance.CUES_ALONE}
        self.features = {
            key: relevance.features(mentions.get(key), cues.get(key, 0.0), best, length)
            for key in mentions.keys() | implied
        }
        return super().weigh(mentions, cues, length)


def main() -> None:
    """Fit what a post says of a subject, then what its place adds, and print both."""
    settings = sample_settings(load_settings())
    annotator = AnnotatorSpec(dictionary=settings.dictionary, vocabulary=settings.vocabulary).build()
    recorded = Recorded(annotator._vocabulary)
    annotator._tagging()._relevance = recorded
    sample = read_sample()
    posts = posts_of(sample)
    judged = [judgement for judgement in read_judgements() if judgement.split == "dev"]
    tags = {id_: _rows(annotator, _draft(posts[id_])) for id_ in _needed(judged, posts)}
    channels = {
        it.record.id: _rows(annotator, PostText(title=it.record.name, text=it.record.description or ""))
        for it in sample
        if isinstance(it.record, Channel)
    }
    said = [row for it in judged for row in _said(it, posts[it.post], annotator, recorded)]
    _print("relevance", relevance.WEIGHTS, said)
    placed = [row for it in judged for row in _placed(it, posts, tags, channels, annotator)]
    _print("topics", topics.WEIGHTS, placed)


def _said(judgement: Judgement, post: Post, annotator: Annotator, recorded: Recorded) -> Iterator[Row]:
    annotator.annotate([_draft(post)])
    wanted = _keys(judgement, annotator)
    yield from (
        (values, key in wanted) for key, values in recorded.features.items() if annotator.subject(key)
    )


def _placed(
    judgement: Judgement,
    posts: Mapping[str, Post],
    tags: Mapping[str, Sequence[TagRow]],
    channels: Mapping[str, Sequence[TagRow]],
    annotator: Annotator,
) -> Iterator[Row]:
    post, opener = posts[judgement.post], _opener(judgement.post, posts)
    own = {key: weight for key, _, kind, weight in tags[post.id] if kind in topics.TOPIC_KINDS}
    opened = {key: weight for key, _, kind, weight in tags[opener] if kind in topics.TOPIC_KINDS}
    place = {key: weight for key, _, _, weight in channels.get(post.channel, ())}
    opens = opener == post.id
    best = max(map(topics.logit_of, opened.values()), default=topics.UNSAID)
    wanted = _keys(judgement, annotator)
    for key in own.keys() | (set() if opens else opened.keys()):
        if annotator.subject(key):
            values = topics.features(
                topics.logit_of(own.get(key)),
                None if opens else topics.logit_of(opened.get(key)),
                best,
                place.get(key, 0.0),
                length=len(post.text),
                answers=post.kind == PostKind.ANSWER,
                written_up=post.kind in WRITTEN_UP,
            )
            yield values, key in wanted


def _print(name: str, names: Mapping[str, float], rows: Sequence[Row]) -> None:
    weights = fitted(np.array([values for values, _ in rows]), np.array([right for _, right in rows], float))
    print(f"{name}, of {len(rows)} subjects of posts:")
    for feature, weight in zip(names, weights, strict=True):
        print(f"    {feature:10} {weight:6.2f}   in use: {names[feature]}")


def fitted(values: npt.NDArray[np.float64], right: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Weights, shape (features,), of a logistic regression with a ridge on all but the first."""
    ridge = np.eye(values.shape[1]) * RIDGE
    ridge[0, 0] = 0.001
    weights = np.zeros(values.shape[1])
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-values @ weights))
        slope = values.T @ (likely - right) + ridge @ weights
        curvature = (values * (likely * (1 - likely))[:, None]).T @ values + ridge
        weights -= np.linalg.solve(curvature, slope)
    return weights


def _rows(annotator: Annotator, post_text: PostText) -> list[TagRow]:
    [annotation] = annotator.annotate([post_text])
    return [(tag.key, tag.name, tag.kind, tag.weight) for tag in annotation.tags]


def _draft(post: Post) -> PostText:
    return PostText(title=post.title, text=post.text, source_tags=post.tags)


def _needed(judged: Sequence[Judgement], posts: Mapping[str, Post]) -> set[str]:
    return {id_ for it in judged for id_ in (it.post, _opener(it.post, posts))}


def _opener(id_: str, posts: Mapping[str, Post]) -> str:
    while (parent := posts[id_].parent) in posts:
        id_ = str(parent)
    return id_


def _keys(judgement: Judgement, annotator: Annotator) -> set[str]:
    subjects = {name: annotator.subject(name) for name in judgement.topics}
    return {subject.key if subject else key_of(name) for name, subject in subjects.items()}


if __name__ == "__main__":
    main()
