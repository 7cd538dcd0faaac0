"""Questions that a collection can answer, and questions that it cannot: asked as search does, for
`benchmarks.relevance`.

The sample company and KorQuAD's passages are asked their own questions, those of each other, of Stack
Exchange and of a Slack export, what nobody knows, and nonsense.
"""

import json
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from xml.etree import ElementTree

from benchmarks.korquad import write_folders
from models.scope import Scope
from pipelines.progress import posts_bar
from search_api.evaluation import bench, sample
from search_api.evaluation.collection import read_collection
from search_api.evaluation.split import SPLITS, Split, split_of
from search_api.query.analyzed import analyze
from search_api.ranking.relevance import Evidence
from search_api.retrieval.retrieve import Retrieved, retrieve
from search_api.search.levels import evidence_of
from search_api.wiring.app import Dure
from search_api.wiring.settings import load_settings

ENCODERS = {"both": None, "static": "static", "none": "none"}
"""By name what `DURE_ENCODER` is."""
NO_COSINES = "no cosines"
"""What both found, as where no vectors have followed yet."""
SITES = ("beer", "bioinformatics", "ai", "quantumcomputing")
SLACK = "slack-houstondatavis"
KORQUAD = "korquad-1.0-dev/KorQuAD_v1.0_dev.json"
FEW, MANY = 50, 100
"""Questions of each Stack Exchange site and of Slack; of each half of KorQuAD."""
SENTENCE = range(20, 200)
"""Characters of a question in Slack: shorter ones need what was said before."""
SAMPLE, PASSAGES, NONE = "sample", "korquad", "nonsense"
NONSENSE = (
    "쀍쀍쀍", "asdfgh", "ㅁㄴㅇㄹ", "🦑", "qwertyuiop", "쀍", "zxcvzxcv", "dfgkjhdfkg", "뷁뷁", "xkqz plmw",
    "ㅁㄴㅇㄻㄴㅇㄹ", "fjfjfj", "🪿🪿", "웱꿻튋", "blorptag fizzwump", "ㅇㄹㅇㄹㅇㄹ", "hjklhjkl",
    "뛟뷝 뤫쐛", "lkjasdf;lkj", "꽯꽯꽯 꽯", "wqeoiruqwoei", "퀧떯", "!!!???", "괅난닯 쿩", "zzzzzz",
    "깗뎛 홁쐙 뾃", "vbnmvbnm rtyrty", "짮쀼웱", "ppppqqqq", "쀍쀍쀍 어떻게 하나요?", "kjhgfdsa",
    "뷁뷁 방법 알려 주세요", "mnbvcxz", "뜗끫 쩷", "wgrthyj ukil", "듊 웗", "snarfle grompf", "햏햏",
    "🫏🫏🫏", "how do I asdfgh",
)  # fmt: skip


class Found(NamedTuple):
    """A thread: what speaks for it, and whether it answers: 0, 1 a part, 2."""

    evidence: Evidence
    grade: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A question of a `source`, asked of a `collection`, and the threads found, best first."""

    collection: str
    source: str
    split: Split
    threads: tuple[Found, ...]

    @property
    def is_own(self) -> bool:
        """Whether the collection has an answer."""
        return self.collection == self.source


class Asked(NamedTuple):
    """A question of a source."""

    source: str
    id: str
    split: Split
    text: str


class _Opened(NamedTuple):
    """A published collection: who asks, and which threads answer its own questions, by question and grade."""

    dure: Dure
    scopes: Mapping[str, Scope]
    stranger: Scope
    judgements: Mapping[str, Mapping[str, int]]


def ask(encoder: str, data: Path) -> dict[str, list[Answered]]:
    """What all questions find with an encoder, in both collections; with both also without cosines."""
    questions = _questions(data)
    found: dict[str, list[Answered]] = {encoder: []}
    if encoder == "both":
        found[NO_COSINES] = []
    for name, opening in ((SAMPLE, _sample), (PASSAGES, _passages)):
        with opening(encoder, data) as opened, posts_bar(f"{name} {encoder}", len(questions)) as advance:
            for question in questions:
                own = question.source == name
                scope = opened.scopes.get(question.id, opened.stranger)
                grades = opened.judgements[question.id] if own else {}
                query = analyze(opened.dure.services.annotator, question.text)
                retrieved = retrieve(opened.dure.services, query, scope, around=False)
                for by, them in found.items():
                    seen = _without_cosines(retrieved) if by == NO_COSINES else retrieved
                    threads = tuple(
                        Found(evidence, grades.get(thread, 0)) for thread, evidence in evidence_of(seen)
                    )
                    them.append(
                        Answered(
                            collection=name, source=question.source, split=question.split, threads=threads
                        )
                    )
                advance(1)
    return found


def _without_cosines(found: Retrieved) -> Retrieved:
    return replace(
        found,
        candidates=tuple(
            one._replace(features=one.features._replace(cosine=0.0))
            for one in found.candidates
            if one.features.bm25
        ),
    )


@contextmanager
def _sample(encoder: str, data: Path) -> Iterator[_Opened]:
    settings = load_settings(workers=1).model_copy(update={"encoder": ENCODERS[encoder]})
    records = sample.read_sample()
    with bench.opened(sample.own_words(settings)) as dure:
        bench.publish(records, len(sample.posts_of(records)), dure)
        judged = sample.judged(records, dure)
        stranger = dure.store.scope_of(_nobody()[0]["viewer"], sample.NOW)
        yield _Opened(dure, judged.scopes, stranger, judged.judgements)


@contextmanager
def _passages(encoder: str, data: Path) -> Iterator[_Opened]:
    settings = load_settings(workers=1).model_copy(update={"encoder": ENCODERS[encoder]})
    with TemporaryDirectory() as folder:
        write_folders(_korquad(data), Path(folder), "all")
        collection = read_collection(Path(folder, "passages"))
    records = list(bench.records_of(collection))
    documents = (document.id for document in collection.documents)
    posts = dict(zip(documents, sample.posts_of(records), strict=True))
    with bench.opened(settings) as dure:
        bench.publish(records, len(posts), dure)
        judgements = {
            id_: {posts[document]: 2 for document in found} for id_, found in collection.judgements.items()
        }
        yield _Opened(dure, {}, dure.store.scope_of(None), judgements)


def _questions(data: Path) -> list[Asked]:
    chance = random.Random(0)
    asked = [Asked(SAMPLE, one.id, split_of(one.id), one.text) for one in sample.read_questions()]
    asked += [Asked("nobody", one["id"], split_of(one["id"]), one["text"]) for one in _nobody()]
    articles = _korquad(data)
    for parity, split in enumerate(SPLITS):
        every = [
            (qa["id"], qa["question"])
            for article in articles[parity::2]
            for paragraph in article["paragraphs"]
            for qa in paragraph["qas"]
        ]
        asked += [Asked(PASSAGES, id_, split, text) for id_, text in chance.sample(every, MANY)]
    foreign = {"stackexchange": [], "slack": [], NONE: list(NONSENSE)}
    for site in SITES:
        foreign["stackexchange"] += chance.sample(_titles(data / f"stackexchange-{site}" / "Posts.xml"), FEW)
    foreign["slack"] += chance.sample(_slack(data / SLACK), FEW)
    for source, texts in foreign.items():
        asked += [
            Asked(source, f"{source}-{number}", SPLITS[number % 2], text) for number, text in enumerate(texts)
        ]
    return asked


def _nobody() -> list[dict[str, str]]:
    lines = (sample.folder_of("judgements") / "nobody.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _korquad(data: Path) -> list[Any]:
    articles: list[Any] = json.loads((data / KORQUAD).read_text(encoding="utf-8"))["data"]
    return articles


def _titles(posts: Path) -> list[str]:
    rows = (row for _, row in ElementTree.iterparse(posts))
    return [row.attrib["Title"] for row in rows if "Title" in row.attrib]


def _slack(export: Path) -> list[str]:
    """The messages that ask."""
    messages = (
        message["text"]
        for day in sorted(export.glob("*/*.json"))
        for message in json.loads(day.read_text(encoding="utf-8"))
    )
    return [text for text in messages if text.endswith("?") and len(text) in SENTENCE and "<" not in text]
