"""Bench folders from KorQuAD 1.0: `python -m benchmarks.korquad KorQuAD_v1.0_dev.json FOLDER`.

Writes three folders that `dure eval search` takes: `passages` (961 for the dev file), `sentences` (6,510) and
`threads`, the same sentences with the paragraph as their thread. The published file stays where it is.
"""

import argparse
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from search_api.evaluation.split import SPLITS, Split

_BREAK = re.compile(r"(?<=[.!?])\s+")
"""Between sentences; of a sentence that stands in two paragraphs the first counts."""


class Asked(NamedTuple):
    """A question, the half that its article belongs to, the paragraph that answers it, and where in that the
    answer begins.
    """

    id: str
    split: Split
    question: str
    paragraph: str
    place: int


def main() -> None:
    """Write the three folders."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("published", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--articles",
        choices=("all", "even", "odd"),
        default="all",
        help="ask the questions of articles with an even or odd index only; documents are always all",
    )
    arguments = parser.parse_args()
    articles = json.loads(arguments.published.read_text(encoding="utf-8"))["data"]
    write_folders(articles, arguments.folder, arguments.articles)


def write_folders(articles: list[Any], folder: Path, which: str) -> None:
    """The folders `passages`, `sentences` and `threads` below `folder`."""
    asked = [
        one
        for index, article in enumerate(articles)
        if _is_asked(index, which)
        for one in _asked(index, article)
    ]
    paragraphs = dict.fromkeys(
        paragraph["context"] for article in articles for paragraph in article["paragraphs"]
    )
    passages = {paragraph: f"p{number}" for number, paragraph in enumerate(paragraphs)}
    sentences: dict[str, tuple[str, str]] = {}
    for paragraph, passage in passages.items():
        for number, sentence in enumerate(filter(None, _BREAK.split(paragraph.strip()))):
            sentences.setdefault(sentence, (f"{passage}-{number}", passage))
    _write(
        folder / "passages",
        [{"_id": id_, "title": "", "text": text} for text, id_ in passages.items()],
        [(one, passages[one.paragraph]) for one in asked],
    )
    answers = [(one, sentences[_sentence(one)][0]) for one in asked]
    alone = [{"_id": id_, "title": "", "text": text} for text, (id_, _) in sentences.items()]
    _write(folder / "sentences", alone, answers)
    threads = [
        {"_id": id_, "title": "", "text": text, "thread_id": thread}
        for text, (id_, thread) in sentences.items()
    ]
    _write(folder / "threads", threads, answers)


def _is_asked(index: int, which: str) -> bool:
    return which == "all" or (index % 2 == 0) == (which == "even")


def _asked(index: int, article: Any) -> Iterator[Asked]:
    for paragraph in article["paragraphs"]:
        for answered in paragraph["qas"]:
            place = answered["answers"][0]["answer_start"]
            yield Asked(answered["id"], SPLITS[index % 2], answered["question"], paragraph["context"], place)


def _sentence(asked: Asked) -> str:
    """The sentence in which the answer begins."""
    begin, end = 0, len(asked.paragraph)
    for gap in _BREAK.finditer(asked.paragraph):
        if gap.end() <= asked.place:
            begin = gap.end()
        else:
            end = gap.start()
            break
    return asked.paragraph[begin:end].strip()


def _write(folder: Path, documents: Iterable[Any], judged: Iterable[tuple[Asked, str]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    judged = list(judged)
    questions = ({"_id": asked.id, "text": asked.question, "split": asked.split} for asked, _ in judged)
    for name, rows in (("corpus.jsonl", documents), ("queries.jsonl", questions)):
        with (folder / name).open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    with (folder / "qrels.tsv").open("w", encoding="utf-8") as file:
        file.write("query-id\tcorpus-id\tscore\n")
        file.writelines(f"{asked.id}\t{document}\t1\n" for asked, document in judged)


if __name__ == "__main__":
    main()
