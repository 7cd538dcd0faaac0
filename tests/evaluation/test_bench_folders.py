"""A bench folder is checked as a whole, by file and line, before anything is built."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from models.errors import BadInput
from search_api.evaluation.collection import read_collection
from search_api.evaluation.encoder import read_likeness, read_pairs

CORPUS = [
    {"_id": "d1", "title": "휴가", "text": "연차는 근태 시스템에서 신청합니다."},
    {"_id": "d2", "text": "법인카드는 5일 안에 정산합니다.", "thread_id": "t", "metadata": {}},
    {"_id": 3, "title": None, "text": "", "thread_id": "t"},
]
QUERIES = [
    {"_id": "q1", "text": "연차 신청"},
    {"_id": "q2", "text": "카드 정산"},
    {"_id": "q3", "text": "주차"},
]
QRELS = ["query-id\tcorpus-id\tscore", "q1\td1\t2", "q2\td2\t1", "q2\t3\t0", "q3\td1\t0"]


def write(
    folder: Path,
    corpus: Sequence[object] = CORPUS,
    queries: Sequence[object] = QUERIES,
    qrels: Sequence[str] = QRELS,
) -> Path:
    folder.mkdir(exist_ok=True)
    for name, rows in (("corpus.jsonl", corpus), ("queries.jsonl", queries)):
        lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
        (folder / name).write_text("\n".join(lines), encoding="utf-8")
    (folder / "qrels.tsv").write_text("\n".join(qrels), encoding="utf-8")
    return folder


def test_documents_questions_and_judgements_are_read(tmp_path: Path) -> None:
    collection = read_collection(write(tmp_path / "bench"))
    assert [(it.id, it.title, it.thread) for it in collection.documents] == [
        ("d1", "휴가", None),
        ("d2", "", "t"),
        ("3", "", "t"),
    ]
    assert collection.judgements == {"q1": {"d1": 2}, "q2": {"d2": 1, "3": 0}}


def test_questions_that_nothing_answers_are_left_out_and_counted(tmp_path: Path) -> None:
    collection = read_collection(write(tmp_path / "bench"))
    assert {id_: question.text for id_, question in collection.questions.items()} == {
        "q1": "연차 신청",
        "q2": "카드 정산",
    }
    assert collection.unanswered == 1


def test_a_question_may_say_its_kind_and_its_half_which_else_its_number_tells(tmp_path: Path) -> None:
    told = [
        QUERIES[0] | {"kind": "noisy"},
        QUERIES[1] | {"split": "test"},
        {"_id": "short", "text": "주차", "kind": "short"},
    ]
    qrels = [*QRELS[:3], "short\td1\t1"]
    questions = read_collection(write(tmp_path / "bench", queries=told, qrels=qrels)).questions
    assert {id_: (question.kind, question.split) for id_, question in questions.items()} == {
        "q1": ("noisy", "test"),
        "q2": (None, "test"),
        "short": ("short", None),
    }


def test_windows_line_ends_a_byte_order_mark_and_blank_lines_are_no_fault(tmp_path: Path) -> None:
    folder = write(tmp_path / "bench")
    for file in folder.iterdir():
        content = file.read_text(encoding="utf-8").replace("\n", "\r\n") + "\r\n\r\n"
        file.write_bytes(b"\xef\xbb\xbf" + content.encode())
    assert len(read_collection(folder).documents) == 3


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path / "bench")
    (folder / name).unlink()
    with pytest.raises(BadInput, match=name):
        read_collection(folder)


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"corpus": [*CORPUS, "{"]}, r"corpus\.jsonl:4: no JSON"),
        ({"corpus": [*CORPUS, "[1]"]}, r"corpus\.jsonl:4: not a JSON object"),
        ({"corpus": [*CORPUS, CORPUS[0]]}, r"corpus\.jsonl:4: `_id` d1 is that of line 1 already"),
        ({"corpus": [*CORPUS, {"text": "없음"}]}, r"corpus\.jsonl:4: `_id` must be"),
        ({"corpus": [*CORPUS, {"_id": "d4"}]}, r"corpus\.jsonl:4: `text` must be"),
        ({"corpus": [*CORPUS, {"_id": "d4", "text": "", "title": 4}]}, r"corpus\.jsonl:4: `title` must be"),
        ({"corpus": [*CORPUS, {"_id": "d4", "text": "", "thread_id": []}]}, r":4: `thread_id` must be"),
        ({"queries": [*QUERIES, QUERIES[1]]}, r"queries\.jsonl:4: `_id` q2 is that of line 2 already"),
        ({"queries": [*QUERIES, {"_id": "q4", "text": "  "}]}, r"queries\.jsonl:4: `text` must be"),
        (
            {"queries": [*QUERIES, {"_id": "q4", "text": "주차", "kind": "loud"}]},
            r"queries\.jsonl:4: `kind` must be one of plain, cross_language, .*, not 'loud'",
        ),
        (
            {"queries": [*QUERIES, {"_id": "q4", "text": "주차", "kind": ["plain"]}]},
            r"queries\.jsonl:4: `kind` must be one of",
        ),
        (
            {"queries": [*QUERIES, {"_id": "q4", "text": "주차", "split": "train"}]},
            r"queries\.jsonl:4: `split` must be dev or test, not 'train'",
        ),
        (
            {"queries": [*QUERIES, {"_id": "q4", "text": "주차"}]},
            r"queries\.jsonl:4: no document is judged for question q4",
        ),
        ({"qrels": QRELS[1:]}, r"qrels\.tsv:1: the first line must be query-id corpus-id score"),
        ({"qrels": [*QRELS, "q1 d2 1"]}, r"qrels\.tsv:6: 1 columns in place of 3"),
        ({"qrels": [*QRELS, "q9\td1\t1"]}, r"qrels\.tsv:6: there is no question q9 in queries\.jsonl"),
        ({"qrels": [*QRELS, "q1\td9\t1"]}, r"qrels\.tsv:6: there is no document d9 in corpus\.jsonl"),
        ({"qrels": [*QRELS, "q1\td2\tyes"]}, r"qrels\.tsv:6: the score must be a whole number .* 'yes'"),
        ({"qrels": [*QRELS, "q1\td2\t-1"]}, r"qrels\.tsv:6: the score must be a whole number"),
        ({"qrels": [*QRELS, "q1\td1\t1"]}, r"qrels\.tsv:6: question q1 and document d1 are judged above"),
        ({"qrels": [QRELS[0], "q1\td1\t0"]}, r"qrels\.tsv: no question has a document that answers it"),
    ],
)
def test_every_fault_is_named_with_file_and_line(
    tmp_path: Path, files: dict[str, Sequence[object]], told: str
) -> None:
    folder = write(tmp_path / "bench", **files)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match=told):
        read_collection(folder)


def test_a_line_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "bench")
    with (folder / "corpus.jsonl").open("ab") as file:
        file.write('\n{"_id": "d4", "text": "휴가"}\n'.encode("cp949"))
    with pytest.raises(BadInput, match=r"corpus\.jsonl:4: not UTF-8"):
        read_collection(folder)


def test_many_faults_are_told_together_the_first_ten_by_name(tmp_path: Path) -> None:
    qrels = [*QRELS, *(f"q1\tx{number}\t1" for number in range(25))]
    with pytest.raises(BadInput, match=r"qrels\.tsv:6: .*x0.*qrels\.tsv:15: .*x9.*; and 15 more"):
        read_collection(write(tmp_path / "bench", qrels=qrels))


def test_a_row_with_a_fault_makes_no_judgement_of_it_unknown(tmp_path: Path) -> None:
    folder = write(tmp_path / "bench", corpus=[{"_id": "d1"}, *CORPUS[1:]])
    with pytest.raises(BadInput) as raised:
        read_collection(folder)
    assert "there is no document" not in raised.value.message


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("sentence1\tscore\n", r"pairs\.tsv:1: .*must name the columns sentence2"),
        ("sentence1\tsentence2\tscore\na\tb\t1\nc\td\n", r"pairs\.tsv:3: 2 columns in place of 3"),
        ("sentence1\tsentence2\tscore\na\tb\t1\nc\td\tnan\n", r"pairs\.tsv:3: the score must be a number"),
        ("sentence1\tsentence2\tscore\na\tb\t1\n", r"pairs\.tsv: fewer than two"),
        ("", r"pairs\.tsv: .*must name the columns"),
    ],
)
def test_faults_of_scored_sentences_are_named(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "pairs.tsv").write_text(content, encoding="utf-8")
    with pytest.raises(BadInput, match=told):
        read_likeness(tmp_path / "pairs.tsv")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"a": "휴가", "b": "leave"}\n{"a": "휴가"}\n', r"pairs\.jsonl:2: `a` and `b` must be strings"),
        ("휴가\n", r"pairs\.jsonl:1: no JSON"),
        ("", r"pairs\.jsonl: no pairs"),
    ],
)
def test_faults_of_pairs_are_named(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "pairs.jsonl").write_text(content, encoding="utf-8")
    with pytest.raises(BadInput, match=told):
        read_pairs(tmp_path / "pairs.jsonl")
