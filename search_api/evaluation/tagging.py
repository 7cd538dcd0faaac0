"""How well the sample company's posts are tagged: against judgements, and against what its people marked."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from models.language import patterns
from models.language.annotation import TagRow
from models.language.annotator import Annotator, PostText
from models.language.packing import tag_rows
from models.language.topics import PHRASE
from models.language.vocabulary import key_of
from models.records import Post
from pipelines.sources.source import Located
from search_api.evaluation.bench import opened, publish
from search_api.evaluation.proportions import Outcome, Score, outcome, score
from search_api.evaluation.sample import folder_of, own_words, posts_of
from search_api.evaluation.split import SPLITS
from search_api.wiring.app import Dure
from search_api.wiring.settings import NO_ENCODER, Settings

PAGE = 5_000

_HASHTAG = re.compile(r"(?:^|\s)#(?!\w*\d)(\w+)(?=\s|$)")
"""As people mostly write one: a word between blanks. (Colours such as #0B8F4D have numbers.)"""


class Judgement(NamedTuple):
    """The topics under which a post was filed by hand, and the half that it belongs to."""

    post: str
    topics: tuple[str, ...]
    split: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggingFigures:
    """What was measured on the sample.

    `by_split` are the scores of topics against judgements: `dev`, `test` and `all`. The others are shares:
    `marked` of the tags and hashtags that people gave, under which their posts are filed; `guessed` of the
    tags that the text alone yields where they are withheld.
    """

    by_split: Mapping[str, Score]
    marked: float
    guessed: float


def sample_settings(settings: Settings) -> Settings:
    """The settings given, with the sample company's own words, and without an encoder, which tags nothing."""
    return own_words(settings).model_copy(update={"encoder": NO_ENCODER, "workers": 1})


def read_judgements() -> list[Judgement]:
    """The judged posts of the sample company."""
    lines = (folder_of("judgements") / "topics.jsonl").read_text(encoding="utf-8").splitlines()
    rows = map(json.loads, lines)
    return [Judgement(row["post"], tuple(row["topics"]), row["split"]) for row in rows]


def measure(sample: Sequence[Located], settings: Settings, *, without: str | None = None) -> TaggingFigures:
    """Put the sample through the pipeline and compare; `without` takes a component of tagging out.

    Shows progress.
    """
    posts = posts_of(sample)
    with opened(sample_settings(settings)) as dure:
        if without:
            dure.annotator.take_out(without)
        publish(sample, len(posts), dure, f"without {without}" if without else "tagging")
        return _figures(posts, _filed(dure), dure.annotator)


def _figures(
    posts: Mapping[str, Post], filed: Mapping[str, Sequence[TagRow]], annotator: Annotator
) -> TaggingFigures:
    judged = read_judgements()
    outcomes = {it.post: _judged(it, filed[it.post], annotator) for it in judged}
    scores: dict[str, Score] = {
        split: score([outcomes[it.post] for it in judged if it.split == split]) for split in SPLITS
    }
    return TaggingFigures(
        by_split={**scores, "all": score(list(outcomes.values()))},
        marked=score([_marked(posts[id_], rows, annotator) for id_, rows in filed.items()]).recall,
        guessed=score(list(_guessed(list(posts.values()), annotator))).recall,
    )


def _filed(dure: Dure) -> dict[str, list[TagRow]]:
    """By post what it is filed under, phrases included; read as the publisher reads, under no scope."""
    filed: dict[str, list[TagRow]] = {}
    after = 0
    while page := dure.store.replay(after, PAGE):
        filed.update({post.id: tag_rows(post.annotation.topics) for post in page if post.annotation})
        after = page[-1].revision
    return filed


def _judged(judgement: Judgement, rows: Sequence[TagRow], annotator: Annotator) -> Outcome:
    """Only topics of the inventory count: judges could give no other."""
    found = {key for key, name, kind, _ in rows if kind != PHRASE and _is_listed(name, annotator)}
    return outcome(found, {_key(name, annotator) for name in judgement.topics})


def _is_listed(name: str, annotator: Annotator) -> bool:
    if annotator.subject(name):
        return True
    return any(it.name == name for find in (patterns.tickets, patterns.error_codes) for it in find(name, ()))


def _marked(post: Post, rows: Sequence[TagRow], annotator: Annotator) -> Outcome:
    marks = {*post.tags, *_HASHTAG.findall(patterns.without_addresses(post.text))}
    return outcome({key for key, *_ in rows}, {_key(mark, annotator) for mark in marks})


def _guessed(posts: Sequence[Post], annotator: Annotator) -> Iterator[Outcome]:
    tagged = [post for post in posts if post.tags]
    for post, tags in zip(tagged, _tags(tagged, annotator), strict=True):
        yield outcome(tags, {_key(tag, annotator) for tag in post.tags})


def _tags(posts: Sequence[Post], annotator: Annotator) -> list[set[str]]:
    """The keys of the tags of each post, from its text alone."""
    annotations = annotator.annotate([PostText(title=post.title, text=post.text) for post in posts])
    return [{tag.key for tag in annotation.tags} for annotation in annotations]


def _key(name: str, annotator: Annotator) -> str:
    subject = annotator.subject(name)
    return subject.key if subject else key_of(name)
