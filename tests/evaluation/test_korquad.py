"""The script that makes bench folders of KorQuAD, on a file in its format."""

import json
from pathlib import Path

import pytest

from benchmarks.korquad import write_folders
from search_api.evaluation.collection import read_collection

FIRST = "두레는 마을의 품앗이이다. 여럿이 모여 일했다! 17세기에 퍼졌다."
SECOND = "향약은 마을의 규약이다. 여럿이 모여 일했다!"


def article(paragraph: str, number: int, asked: dict[str, str]) -> dict[str, object]:
    answers = [
        {
            "id": f"{number}-{place}",
            "question": question,
            "answers": [{"text": answer, "answer_start": paragraph.index(answer)}],
        }
        for place, (question, answer) in enumerate(asked.items())
    ]
    return {"title": "글", "paragraphs": [{"context": paragraph, "qas": answers}]}


ARTICLES = [
    article(FIRST, 0, {"두레는 무엇인가?": "품앗이", "언제 퍼졌나?": "17세기"}),
    article(SECOND, 1, {"향약은 무엇인가?": "규약", "누가 일했나?": "여럿이"}),
]


def test_passages_sentences_and_threads_are_folders_that_the_bench_takes(tmp_path: Path) -> None:
    write_folders(ARTICLES, tmp_path, "all")
    passages, sentences, threads = (
        read_collection(tmp_path / name) for name in ("passages", "sentences", "threads")
    )
    assert [document.text for document in passages.documents] == [FIRST, SECOND]
    assert passages.judgements == {"0-0": {"p0": 1}, "0-1": {"p0": 1}, "1-0": {"p1": 1}, "1-1": {"p1": 1}}
    assert [document.text for document in sentences.documents] == [
        "두레는 마을의 품앗이이다.",
        "여럿이 모여 일했다!",
        "17세기에 퍼졌다.",
        "향약은 마을의 규약이다.",
    ], "a sentence of two paragraphs counts once"
    assert sentences.judgements == {
        "0-0": {"p0-0": 1},
        "0-1": {"p0-2": 1},
        "1-0": {"p1-0": 1},
        "1-1": {"p0-1": 1},
    }
    assert [document.thread for document in threads.documents] == ["p0", "p0", "p0", "p1"]
    assert threads.judgements == sentences.judgements
    assert {id_: question.split for id_, question in threads.questions.items()} == {
        "0-0": "dev",
        "0-1": "dev",
        "1-0": "test",
        "1-1": "test",
    }, "a question is in the half of its article, whatever its own number"


@pytest.mark.parametrize(("which", "asked"), [("even", ["0-0", "0-1"]), ("odd", ["1-0", "1-1"])])
def test_the_questions_of_even_or_odd_articles_are_asked_of_all_documents(
    tmp_path: Path, which: str, asked: list[str]
) -> None:
    write_folders(ARTICLES, tmp_path, which)
    collection = read_collection(tmp_path / "passages")
    assert list(collection.questions) == asked
    assert len(collection.documents) == 2
    assert json.loads((tmp_path / "passages" / "corpus.jsonl").read_text().splitlines()[0])["_id"] == "p0"
