"""Dure's own format: good lines are kept whatever stands around them."""

import gzip
import io
import json
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.errors import UnreadableSource
from models.records import Post, Record
from pipelines.problems import Problem
from pipelines.sources import jsonl
from pipelines.sources.source import Located, source_size

POST = {
    "type": "post",
    "id": "sns:p0",
    "channel": "sns:c1",
    "text": "글",
    "created": "2024-03-04T09:00:00+09:00",
}
SNAPSHOT = {"type": "snapshot", "container": "channel:sns:c1", "as_of": "2024-03-04T09:00:00+09:00"}


def line(number: int, text: str = "회의실 예약은 그룹웨어에서 합니다", **fields: object) -> bytes:
    return json.dumps({**POST, "id": f"sns:p{number}", "text": text, **fields}, ensure_ascii=False).encode()


def split(items: Iterator[Located | Problem]) -> tuple[list[Record], list[Problem]]:
    records: list[Record] = []
    problems: list[Problem] = []
    for item in items:
        if isinstance(item, Problem):
            problems.append(item)
        else:
            records.append(item.record)
    return records, problems


def read(content: bytes, path: Path, name: str = "글.jsonl") -> tuple[list[Record], list[Problem]]:
    (path / name).write_bytes(content)
    return split(jsonl.read(path / name))


def texts(records: list[Record]) -> list[str]:
    return [record.text for record in records if isinstance(record, Post)]


def test_records_come_with_the_file_and_line_where_they_stood(tmp_path: Path) -> None:
    (tmp_path / "글.jsonl").write_bytes(b"\n" + line(1) + b"\r\n\r\n" + line(2))
    items = list(jsonl.read(tmp_path / "글.jsonl"))
    assert [(item.file, item.line) for item in items] == [("글.jsonl", 2), ("글.jsonl", 4)]


@pytest.mark.parametrize(
    ("bad", "kind", "said"),
    [
        (b'{"type": "post", "id": ', "invalid_json", "column 24"),
        (b"[]", "invalid_json", "array"),
        (b"\x00\x00\x00", "invalid_json", "Not JSON"),
        (b"[" * 100_000, "invalid_json", "recursion"),
        (b'{"type": "memo", "id": "m1"}', "unknown_type", "'memo'"),
        (b'{"id": "m1"}', "unknown_type", "no `type`"),
        (b'{"type": "company", "id": "c1"}', "invalid_record", "company: name is missing"),
        (
            b'{"type": "company", "id": "c1", "name": "x", "nmae": "y"}',
            "invalid_record",
            "nmae is not a field",
        ),
        (b'{"type": "views", "post": "p", "count": -1}', "invalid_record", "count: input should be"),
        (b'{"type": "company", "id": "c 1", "name": "x"}', "invalid_record", "company: id: "),
    ],
)
def test_a_bad_line_is_told_with_its_place_and_a_remedy_and_the_next_goes_on(
    tmp_path: Path, bad: bytes, kind: str, said: str
) -> None:
    records, problems = read(line(1) + b"\n" + bad + b"\n" + line(2), tmp_path)
    assert len(records) == 2
    assert [(problem.kind, problem.where) for problem in problems] == [(kind, "글.jsonl:2")]
    assert said in problems[0].message
    assert problems[0].remedy
    assert len(problems[0].message) < 200


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_says_how_to_read_the_file(tmp_path: Path, encoding: str) -> None:
    content = (line(1) + b"\n" + line(2)).decode().encode(encoding)
    records, problems = read(content, tmp_path)
    assert texts(records) == ["회의실 예약은 그룹웨어에서 합니다"] * 2
    assert not problems


def test_lines_in_cp949_are_read_and_reported_once_with_their_number(tmp_path: Path) -> None:
    korean = line(1, "똠방각하 같은 확장 완성형도 읽는다").decode().encode("cp949")
    records, problems = read(b"\n".join([line(0), korean, korean]), tmp_path)
    assert texts(records)[1] == "똠방각하 같은 확장 완성형도 읽는다"
    [problem] = problems
    assert (problem.kind, problem.line, problem.count, problem.note) == ("encoding", 2, 2, True)


def test_a_character_cut_in_two_costs_that_character_and_not_the_post(tmp_path: Path) -> None:
    cut = line(1, "결재 문서가 열리지 않습니다@").replace(b"@", "요".encode()[:2])
    records, problems = read(cut, tmp_path)
    assert texts(records) == ["결재 문서가 열리지 않습니다\ufffd"]
    assert [problem.kind for problem in problems] == ["broken_text"]


def test_half_surrogates_and_nul_are_replaced_and_noted(tmp_path: Path) -> None:
    content = b"\n".join(
        line(number, "휴가 @ 신청").replace(b"@", escape)
        for number, escape in enumerate((rb"\ud83d", rb"\u0000", rb"\ud83d\ude00", rb"\\u0000"))
    )
    records, problems = read(content, tmp_path)
    assert texts(records) == ["휴가 \ufffd 신청", "휴가 \ufffd 신청", "휴가 😀 신청", "휴가 \\u0000 신청"]
    assert [(problem.kind, problem.line, problem.note) for problem in problems] == [
        ("unusable_character", 1, True),
        ("unusable_character", 2, True),
    ]


def test_a_raw_tab_inside_a_text_is_no_reason_to_lose_it(tmp_path: Path) -> None:
    records, problems = read(line(1, "표|값").replace(b"|", b"\t"), tmp_path)
    assert texts(records) == ["표\t값"]
    assert not problems


def test_a_post_of_a_megabyte_is_read_whole(tmp_path: Path) -> None:
    records, problems = read(line(1, "가" * 350_000), tmp_path)
    assert [len(text) for text in texts(records)] == [350_000]
    assert not problems


@pytest.mark.parametrize(
    "fields",
    [
        POST | {"links": [1] * 500_000},
        POST | {"tags": [""] * 500_000},
        POST | {"mentions": ["두 낱말"] * 200_000},
        POST | {"audience": [""] * 500_000},
        POST | {"attachments": [{}] * 500_000},
        POST | {str(number): 1 for number in range(50_000)},
        SNAPSHOT | {"of": "posts", "ids": [""] * 500_000},
        SNAPSHOT | {"of": "reactions", "ids": [], "reactions": [{}] * 500_000},
    ],
    ids=lambda fields: f"{fields['type']}-{list(fields)[-1]}",
)
def test_a_line_with_a_million_faults_costs_little_more_than_its_length(fields: dict[str, object]) -> None:
    content = json.dumps(fields).encode()
    tracemalloc.start()
    try:
        [problem] = jsonl.read_lines([content], "글.jsonl")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(problem, Problem)
    assert problem.kind == "invalid_record"
    assert len(problem.message) < 1_000
    assert peak < 2 * len(content)


def test_a_line_without_an_end_is_skipped_without_being_held(tmp_path: Path) -> None:
    path = tmp_path / "글.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(line(1) + b"\n")
        for _ in range(80):
            file.write(b"x" * (1 << 20))
        file.write(b"\n" + line(2))
    tracemalloc.start()
    try:
        records, problems = split(jsonl.read(path))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(records) == 2
    assert [(problem.kind, problem.line) for problem in problems] == [("line_too_long", 2)]
    assert peak < 75 << 20


def test_a_truncated_gz_keeps_what_came_before_the_damage(tmp_path: Path) -> None:
    packed = gzip.compress(b"\n".join(line(number, f"공지 {number * 7919}") for number in range(5_000)))
    records, problems = read(packed[: len(packed) // 2], tmp_path, "글.jsonl.gz")
    assert 1_000 < len(records) < 5_000
    assert [problem.kind for problem in problems] == ["damaged_file"]


def test_a_folder_is_read_file_by_file_and_the_progress_adds_up(tmp_path: Path) -> None:
    (tmp_path / "b.ndjson").write_bytes(line(2))
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(line(1)))
    (tmp_path / "읽어보세요.txt").write_text("설명")
    (tmp_path / "2024").mkdir()
    (tmp_path / "2024/c.jsonl").write_bytes(line(3))
    done: list[int] = []
    records, problems = split(jsonl.read(tmp_path, progress=done.append))
    assert sorted(record.id for record in records if isinstance(record, Post)) == [
        "sns:p1",
        "sns:p2",
        "sns:p3",
    ]
    assert not problems
    assert sum(done) == source_size(tmp_path)


def test_a_dash_means_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(line(1) + b"\n" + line(2))))
    items = list(jsonl.read(Path("-")))
    assert [item.file for item in items] == ["standard input"] * 2


@pytest.mark.parametrize("name", ["없음.jsonl", "."])
def test_a_path_with_nothing_to_read_is_an_error_with_a_remedy(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableSource) as raised:
        list(jsonl.read(tmp_path / name))
    assert str(tmp_path) in raised.value.message
    assert raised.value.remedy


@pytest.mark.parametrize("moment", ["0001-01-01T00:00+09:00", "9999-12-31T23:59-09:00"])
def test_a_moment_that_no_calendar_in_utc_has_is_a_problem_of_its_line(tmp_path: Path, moment: str) -> None:
    records, [problem] = read(line(1, created=moment) + b"\n" + line(2, "다음 글"), tmp_path)
    assert texts(records) == ["다음 글"]
    assert (problem.kind, problem.line) == ("invalid_record", 1)
    assert "created: " in problem.message
    assert "is out of range: dates are from 1900-01-01 to 2999-12-31" in problem.message
