"""A Stack Exchange dump, as folder and as zip, of a small site that does not exist."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from models.errors import UnreadableSource
from models.records import Acceptance, Account, Channel, ChannelKind, Person, Post, Reaction, Record, Views
from pipelines.problems import Problem
from pipelines.sources import stackexchange
from pipelines.sources.source import source_size

Row = dict[str, object]
Files = dict[str, bytes]

QUESTION: Row = {
    "Id": 1,
    "PostTypeId": 1,
    "AcceptedAnswerId": 2,
    "CreationDate": "2024-03-04T09:00:00.123",
    "LastEditDate": "2024-03-04T10:00:00.000",
    "Score": 3,
    "ViewCount": 120,
    "OwnerUserId": 11,
    "Title": "인덱스가 깨졌을 때 복구하려면?",
    "Tags": "<검색><c++>",
    "Body": '<p>오류 <a href="https://wiki.example/a">안내</a>를 봤지만 <b>안 됩니다</b>.</p>\n'
    "<pre><code>if a &lt; b:\n    복구(a)\n</code></pre><ul><li>하나</li></ul>",
}
ANSWER: Row = {
    "Id": 2,
    "PostTypeId": 2,
    "ParentId": 1,
    "CreationDate": "2024-03-04T11:00:00.000",
    "Score": 2,
    "OwnerDisplayName": "떠난 사람",
    "Body": "<p>다시 만들면 됩니다.</p>",
}
WIKI: Row = {"Id": 3, "PostTypeId": 5, "CreationDate": "2024-03-04T11:00:00.000", "Score": 0, "Body": "설명"}
USERS: list[Row] = [{"Id": -1, "DisplayName": "Community"}, {"Id": 11, "DisplayName": "도라지"}, {"Id": 12}]
COMMENT: Row = {
    "Id": 1,
    "PostId": 2,
    "Score": 4,
    "Text": "[설명서](https://docs.example/x)도 보세요. https://docs.example/y.",
    "CreationDate": "2024-03-05T09:00:00.000",
    "UserId": 11,
}
VOTES: list[Row] = [{"Id": n, "PostId": 1, "VoteTypeId": kind} for n, kind in enumerate((2, 2, 2, 2, 3, 5))]


def xml(rows: list[Row], encoding: str = "utf-8-sig") -> bytes:
    lines = (
        "  <row " + " ".join(f"{k}={quoteattr(str(v), {chr(10): '&#xA;'})}" for k, v in row.items()) + " />"
        for row in rows
    )
    text = '<?xml version="1.0" encoding="utf-8"?>\n<rows>\n' + "\n".join(lines) + "\n</rows>"
    return text.encode(encoding)


def dump(posts: bytes | None = None) -> Files:
    return {
        "Posts.xml": xml([QUESTION, ANSWER, WIKI]) if posts is None else posts,
        "Users.xml": xml(USERS),
        "Comments.xml": xml([COMMENT]),
        "Votes.xml": xml([*VOTES, {"Id": 99, "PostId": 404, "VoteTypeId": 2}]),
        "PostHistory.xml": b"<posthistory></posthistory>",
    }


def as_folder(files: Files, path: Path) -> Path:
    folder = path / "stackexchange-지식"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def as_zip(files: Files, path: Path) -> Path:
    with zipfile.ZipFile(path / "지식.stackexchange.com.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path / "지식.stackexchange.com.zip"


def read(path: Path) -> tuple[list[Record], list[Problem]]:
    items = list(stackexchange.read(path))
    return (
        [item.record for item in items if not isinstance(item, Problem)],
        [item for item in items if isinstance(item, Problem)],
    )


def posts(records: list[Record]) -> dict[str, Post]:
    return {record.id.removeprefix("se-지식:"): record for record in records if isinstance(record, Post)}


@pytest.mark.parametrize("pack", [as_folder, as_zip])
def test_a_dump_becomes_questions_answers_and_comments(
    tmp_path: Path, pack: Callable[[Files, Path], Path]
) -> None:
    records, problems = read(pack(dump(), tmp_path))
    found = posts(records)
    assert {id_: post.kind.value for id_, post in found.items()} == {
        "1": "question",
        "2": "answer",
        "c1": "comment",
    }
    question, answer, comment = found.values()
    assert (question.title, question.tags, question.account) == (
        QUESTION["Title"],
        ("검색", "c++"),
        "se-지식:u11",
    )
    assert question.created.isoformat() == "2024-03-04T09:00:00.123000+00:00"
    assert question.edited is not None
    assert question.links == ("https://wiki.example/a",)
    assert (answer.parent, answer.account) == ("se-지식:1", None)
    assert (comment.parent, comment.account) == ("se-지식:2", "se-지식:u11")
    assert comment.text == "설명서 (https://docs.example/x)도 보세요. https://docs.example/y."
    assert comment.links == ("https://docs.example/x", "https://docs.example/y")
    assert [record for record in records if isinstance(record, Channel)] == [
        Channel(id="se-지식:board", network="se-지식", name="지식", kind=ChannelKind.BOARD)
    ]
    assert [(problem.kind, problem.count, problem.note) for problem in problems] == [("left_out", 1, True)]


def test_html_reads_as_a_browser_shows_it_and_code_keeps_its_lines(tmp_path: Path) -> None:
    records, _ = read(as_folder(dump(), tmp_path))
    text = posts(records)["1"].text
    assert "오류 안내를 봤지만 안 됩니다." in text
    assert "if a < b:\n    복구(a)" in text
    assert "* 하나" in text


def test_acceptance_views_and_votes_without_voters(tmp_path: Path) -> None:
    records, _ = read(as_folder(dump(), tmp_path))
    assert Acceptance(question="se-지식:1", answer="se-지식:2", account="se-지식:u11") in records
    assert Views(post="se-지식:1", count=120) in records
    assert [
        (record.post, record.kind, record.count, record.account)
        for record in records
        if isinstance(record, Reaction)
    ] == [("se-지식:1", "up", 4, None), ("se-지식:1", "down", 1, None), ("se-지식:c1", "up", 4, None)]


def test_without_votes_the_score_stands_for_them(tmp_path: Path) -> None:
    files = dump(xml([QUESTION, {**ANSWER, "Score": -2}]))
    del files["Votes.xml"]
    records, problems = read(as_folder(files, tmp_path))
    assert [(record.kind, record.count) for record in records if isinstance(record, Reaction)][:2] == [
        ("up", 3),
        ("down", 2),
    ]
    assert [(problem.kind, problem.note) for problem in problems] == [("missing_file", True)]


def test_users_are_people_but_the_sites_own_process_is_a_bot(tmp_path: Path) -> None:
    records, _ = read(as_folder(dump(), tmp_path))
    assert [record.name for record in records if isinstance(record, Person)] == ["도라지", "user12"]
    bots = [record.id for record in records if isinstance(record, Account) and record.bot]
    assert bots == ["se-지식:u-1"]


def test_tags_of_newer_dumps_are_separated_by_bars(tmp_path: Path) -> None:
    records, _ = read(as_folder(dump(xml([{**QUESTION, "Tags": "|검색|색인|"}])), tmp_path))
    assert posts(records)["1"].tags == ("검색", "색인")


def test_the_progress_adds_up(tmp_path: Path) -> None:
    done: list[int] = []
    path = as_folder(dump(), tmp_path)
    list(stackexchange.read(path, progress=done.append))
    assert sum(done) == source_size(path)


def test_a_truncated_file_keeps_the_rows_before_the_cut(tmp_path: Path) -> None:
    whole = xml([QUESTION, ANSWER])
    records, problems = read(as_folder(dump(whole[:-40]), tmp_path))
    assert set(posts(records)) == {"1", "c1"}
    assert [(problem.kind, problem.where) for problem in problems] == [
        ("truncated_file", "stackexchange-지식/Posts.xml:4")
    ]


@pytest.mark.parametrize("content", [b"", b"<posts>", b"not a dump"])
def test_a_file_without_rows_or_end_is_called_cut_off(tmp_path: Path, content: bytes) -> None:
    _, problems = read(as_folder(dump(content), tmp_path))
    assert [problem.kind for problem in problems] == ["truncated_file"]


def test_a_damaged_row_is_read_as_well_as_it_goes_and_the_next_ones_too(tmp_path: Path) -> None:
    content = xml([QUESTION, ANSWER, {**ANSWER, "Id": 4}]).replace("다시".encode(), b"&#x0;&nbsp;", 1)
    records, problems = read(as_folder(dump(content), tmp_path))
    assert {"1", "2", "4"} <= set(posts(records))
    assert [(problem.kind, problem.line) for problem in problems] == [("invalid_xml", 4)]


def test_a_row_without_a_date_is_left_out_with_all_that_hangs_on_it(tmp_path: Path) -> None:
    content = xml([{**QUESTION, "CreationDate": "어제"}, ANSWER])
    records, problems = read(as_folder(dump(content), tmp_path))
    assert set(posts(records)) == {"2", "c1"}
    assert not any(isinstance(record, Acceptance | Views) for record in records)
    assert [(problem.kind, problem.line) for problem in problems] == [("invalid_record", 3)]


def test_an_entity_that_points_to_a_file_is_never_followed(tmp_path: Path) -> None:
    secret = tmp_path / "비밀.txt"
    secret.write_text("비밀번호")
    declared = f'<!DOCTYPE posts [<!ENTITY x SYSTEM "{secret.as_uri()}">]>\n<posts>'.encode()
    content = xml([ANSWER]).replace(b"<rows>", declared).replace("다시".encode(), b"&x;")
    records, _ = read(as_folder(dump(content), tmp_path))
    assert "비밀번호" not in repr(records)


def test_a_dump_in_another_encoding_and_all_on_one_line_is_read(tmp_path: Path) -> None:
    content = xml([QUESTION, ANSWER], "cp949").replace(b"\n", b"")
    records, problems = read(as_folder(dump(content), tmp_path))
    assert posts(records)["2"].text == "다시 만들면 됩니다."
    assert [(problem.kind, problem.count) for problem in problems] == [("encoding", 2)]


def test_a_folder_without_posts_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Users.xml").write_bytes(xml(USERS))
    with pytest.raises(UnreadableSource, match=r"Posts\.xml"):
        read(tmp_path)


@pytest.mark.parametrize("score", ["--5", "9" * 5_000, "²", "-", ""])
def test_a_number_that_is_none_counts_nothing(tmp_path: Path, score: str) -> None:
    files = dump(xml([QUESTION | {"Score": score}])) | {"Comments.xml": xml([COMMENT | {"Score": score}])}
    del files["Votes.xml"]
    records, _ = read(as_folder(files, tmp_path))
    assert len([record for record in records if isinstance(record, Post)]) == 2
    assert not any(isinstance(record, Reaction) for record in records)
