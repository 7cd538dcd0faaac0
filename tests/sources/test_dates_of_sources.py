"""Dates that cannot be, through every source: the record is named with the bounds, the others are kept."""

import json
from pathlib import Path

import pytest

from models.records import Post
from pipelines.problems import Problem
from pipelines.sources import SOURCES
from pipelines.sources.source import Located

GOOD = "바른 날짜의 글"
BOUNDS = "1900-01-01 to 2999-12-31"


def _jsonl(folder: Path, moment: str) -> Path:
    path = folder / "글.jsonl"
    post = {"type": "post", "channel": "s:1"}
    lines = [
        {**post, "id": "s:1", "text": "틀린 날짜", "created": moment},
        {**post, "id": "s:2", "text": GOOD, "created": "2024-03-04T09:00:00Z"},
    ]
    path.write_text("\n".join(map(json.dumps, lines)))
    return path


def _slack(folder: Path, moment: str) -> Path:
    seconds = {"0001": -62_135_596_800, "9999": 253_402_214_400}[moment[:4]]
    path = folder / "slack export"
    (path / "잡담").mkdir(parents=True)
    user = {"type": "message", "user": "U1"}
    messages = [
        {**user, "text": "틀린 날짜", "ts": f"{seconds}.000100"},
        {**user, "text": GOOD, "ts": "1709542800.000100"},
    ]
    (path / "users.json").write_text(json.dumps([{"id": "U1", "name": "garam"}]))
    (path / "channels.json").write_text(json.dumps([{"id": "C1", "name": "잡담", "members": ["U1"]}]))
    (path / "잡담" / "2024-03-04.json").write_text(json.dumps(messages))
    return path


def _stackexchange(folder: Path, moment: str) -> Path:
    path = folder / "site"
    path.mkdir()
    row = (
        '<row Id="{}" PostTypeId="1" CreationDate="{}" Score="1" Title="제목" Body="&lt;p&gt;{}&lt;/p&gt;" />'
    )
    rows = [row.format(1, moment, "틀린 날짜"), row.format(2, "2024-03-04T09:00:00", GOOD)]
    lines = ["<posts>", *rows, "</posts>"]
    (path / "Posts.xml").write_text("\n".join(lines))
    return path


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00", "9999-12-31T00:00:00"])
@pytest.mark.parametrize("write", [_jsonl, _slack, _stackexchange])
def test_a_post_whose_date_cannot_be_is_a_problem_with_the_bounds_and_the_others_are_kept(
    tmp_path: Path, write: object, moment: str
) -> None:
    path = write(tmp_path, moment)  # type: ignore[operator]
    items = list(SOURCES[write.__name__[1:]](path))  # type: ignore[attr-defined]
    posts = [
        item.record.text for item in items if isinstance(item, Located) and isinstance(item.record, Post)
    ]
    assert [text.strip() for text in posts] == [GOOD]
    [problem] = [item for item in items if isinstance(item, Problem) and item.kind == "invalid_record"]
    assert BOUNDS in problem.message
    assert problem.remedy
