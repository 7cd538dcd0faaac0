"""Reads a bench folder in the format of BEIR: documents, questions and judgements, checked before use."""

import json
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from models.errors import BadInput
from search_api.evaluation.questions import KINDS, Question
from search_api.evaluation.split import SPLITS, Split, split_of

CORPUS, QUERIES, JUDGEMENTS = "corpus.jsonl", "queries.jsonl", "qrels.tsv"
HEADER = ("query-id", "corpus-id", "score")
FAULTS_NAMED = 10
"""Enough to mend a folder by; the number of all is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What is to be found; documents of one `thread` are posts of one thread, in the order of the file."""

    id: str
    title: str
    text: str
    thread: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """Documents, questions by id, and by question the documents judged (0: does not answer).

    Every question has a document that answers it, since what nobody can answer measures nothing;
    `unanswered` counts the questions that were left out for it, all of whose judgements are 0.
    """

    documents: tuple[Document, ...]
    questions: Mapping[str, Question]
    judgements: Mapping[str, Mapping[str, int]]
    unanswered: int


def read_collection(folder: Path) -> Collection:
    """The collection in `folder`; raises `BadInput` that names file and line of its faults."""
    missing = [name for name in (CORPUS, QUERIES, JUDGEMENTS) if not (folder / name).is_file()]
    if missing:
        raise BadInput(
            f"{folder}: {', '.join(missing)} missing.",
            remedy=f"A bench folder holds {CORPUS}, {QUERIES} and {JUDGEMENTS}: see docs/evaluation.md.",
        )
    faults = Faults()
    documents = _Rows(folder / CORPUS, faults)
    found = tuple(_documents(documents))
    questions = _Rows(folder / QUERIES, faults)
    asked = dict(_questions(questions))
    judgements = _judgements(folder / JUDGEMENTS, questions.lines, documents.lines, faults)
    for question, line in questions.lines.items():
        if question not in judgements:
            faults.add(folder / QUERIES, line, f"no document is judged for question {question}")
    answered = {question: judged for question, judged in judgements.items() if any(judged.values())}
    if not answered:
        faults.add(folder / JUDGEMENTS, None, "no question has a document that answers it")
    faults.check()
    return Collection(
        documents=found,
        questions={id_: question for id_, question in asked.items() if id_ in answered},
        judgements=answered,
        unanswered=len(asked) - len(answered),
    )


class Faults:
    """What is wrong with the files of a bench, by file and line."""

    def __init__(self) -> None:
        self._faults: list[str] = []

    def add(self, path: Path, line: int | None, message: str) -> None:
        """Note a fault; `line` counts from 1."""
        self._faults.append(f"{path}{'' if line is None else f':{line}'}: {message}")

    def check(self) -> None:
        """Raise `BadInput` if there is any fault."""
        if not self._faults:
            return
        rest = len(self._faults) - FAULTS_NAMED
        more = f"; and {rest:,} more" if rest > 0 else ""
        raise BadInput(
            f"{'; '.join(self._faults[:FAULTS_NAMED])}{more}.",
            remedy="Correct these lines; docs/evaluation.md shows the format.",
        )


def read_lines(path: Path, faults: Faults) -> Iterator[tuple[int, str]]:
    """The lines of a UTF-8 file that are not blank, with their numbers; the others are faults."""
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                try:
                    line = raw.decode("utf-8-sig" if number == 1 else "utf-8")
                except UnicodeDecodeError as error:
                    faults.add(path, number, f"not UTF-8 ({error.reason})")
                    continue
                if line.strip():
                    yield number, line.rstrip("\r\n")
    except OSError as error:
        faults.add(path, None, f"cannot be read ({error.strerror})")


def read_objects(path: Path, faults: Faults) -> Iterator[tuple[int, dict[str, Any]]]:
    """The JSON objects of a file of JSON lines, with their numbers."""
    for number, line in read_lines(path, faults):
        try:
            values = json.loads(line)
        except (ValueError, RecursionError) as error:
            faults.add(path, number, f"no JSON ({error})")
            continue
        if isinstance(values, dict):
            yield number, values
        else:
            faults.add(path, number, "not a JSON object")


class _Row(NamedTuple):
    id: str
    values: dict[str, Any]
    line: int


class _Rows:
    """The JSON objects of a file, each with an `_id` of its own. `lines` grows as they are read."""

    def __init__(self, path: Path, faults: Faults) -> None:
        self._path = path
        self._faults = faults
        self.lines: dict[str, int] = {}
        """Where each id stands, also that of a row with another fault."""

    def __iter__(self) -> Iterator[_Row]:
        for number, values in read_objects(self._path, self._faults):
            id_ = _id(values.get("_id"))
            if id_ is None:
                self._faults.add(self._path, number, "`_id` must be a string")
            elif id_ in self.lines:
                self._faults.add(self._path, number, f"`_id` {id_} is that of line {self.lines[id_]} already")
            else:
                self.lines[id_] = number
                yield _Row(id_, values, number)

    def refuse(self, row: _Row, message: str) -> None:
        self._faults.add(self._path, row.line, message)


def _documents(rows: _Rows) -> Iterator[Document]:
    for row in rows:
        title, text = row.values.get("title"), row.values.get("text")
        thread = row.values.get("thread_id")
        if not isinstance(text, str):
            rows.refuse(row, "`text` must be a string")
        elif title is not None and not isinstance(title, str):
            rows.refuse(row, "`title` must be a string")
        elif thread is not None and _id(thread) is None:
            rows.refuse(row, "`thread_id` must be a string")
        else:
            yield Document(id=row.id, title=title or "", text=text, thread=_id(thread))


def _questions(rows: _Rows) -> Iterator[tuple[str, Question]]:
    for row in rows:
        text, kind, split = (row.values.get(name) for name in ("text", "kind", "split"))
        if not isinstance(text, str) or not text.strip():
            rows.refuse(row, "`text` must be a string of at least one word")
        elif kind is not None and kind not in KINDS:
            rows.refuse(row, f"`kind` must be one of {', '.join(KINDS)}, not {kind!r}")
        elif split is not None and split not in SPLITS:
            rows.refuse(row, f"`split` must be {' or '.join(SPLITS)}, not {split!r}")
        else:
            yield row.id, Question(text=text, kind=kind, split=split or _split(row.id))


def _split(question: str) -> Split | None:
    """The half of a question that names none; ids of other collections need not end with a number."""
    try:
        return split_of(question)
    except ValueError:
        return None


def _id(value: object) -> str | None:
    """An id as a string; many collections number their documents."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value else None


def _judgements(
    path: Path, questions: Container[str], documents: Container[str], faults: Faults
) -> dict[str, dict[str, int]]:
    judgements: dict[str, dict[str, int]] = {}
    lines = read_lines(path, faults)
    first, header = next(lines, (None, ""))
    if tuple(header.split("\t")) != HEADER:
        faults.add(path, first, f"the first line must be {' '.join(HEADER)}, with tabs between")
    for number, line in lines:
        values = line.split("\t")
        if len(values) != len(HEADER):
            faults.add(path, number, f"{len(values)} columns in place of {len(HEADER)}, with tabs between")
            continue
        question, document, score = values
        judged = judgements.setdefault(question, {})
        if question not in questions:
            faults.add(path, number, f"there is no question {question} in {QUERIES}")
        elif document not in documents:
            faults.add(path, number, f"there is no document {document} in {CORPUS}")
        elif document in judged:
            faults.add(path, number, f"question {question} and document {document} are judged above already")
        elif not (score.isascii() and score.isdecimal()):
            faults.add(path, number, f"the score must be a whole number from 0, not {score!r}")
        else:
            judged[document] = int(score)
    return judgements
