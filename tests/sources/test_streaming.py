"""The parts below the sources: cutting, decoding, and memory that does not grow."""

import json
import random
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.errors import BadInput
from pipelines.problems import Problem
from pipelines.sources import SOURCES, check_options
from pipelines.sources.encoding import decoded_chunks
from pipelines.sources.json_array import Element, elements
from pipelines.sources.pieces import pieces
from pipelines.sources.source import source_size


def cut(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


@pytest.mark.parametrize("separator", [b"\n", b"<row "])
@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 1000])
def test_pieces_are_those_of_split_however_the_stream_is_cut(separator: bytes, size: int) -> None:
    chance = random.Random(size)
    data = b"".join(chance.choice((separator, b"<", b"<ro", "글".encode(), b"w ")) for _ in range(300))
    assert list(pieces(cut(data, size), separator)) == data.split(separator)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
def test_an_array_is_read_however_the_stream_is_cut(size: int, encoding: str) -> None:
    values = [{"text": '가나다 \\ " ] ['}, {"n": [1, {"깊이": 2}]}, {}]
    data = json.dumps(values, ensure_ascii=False, indent=2).encode(encoding)
    found = list(elements(cut(data, max(size, 4) if encoding != "utf-8" else size), "글.json"))
    assert [item.value for item in found if isinstance(item, Element)] == values
    assert [item.line for item in found if isinstance(item, Element)] == [2, 5, 13]


def test_cp949_is_found_out_in_the_middle_of_a_stream_cut_anywhere() -> None:
    data = ("plain " * 10 + "결재 문서를 올렸습니다").encode("cp949")
    for size in range(5, 40):
        read = list(decoded_chunks(cut(data, size)))
        assert "".join(part.text for part in read).endswith("올렸습니다")
        assert read[-1].encoding == "cp949"


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[1", b'[{"a": 1}', b"[" * 100_000, b'[{"a": ' * 5_000, b"\xff\xfe"]
)
def test_no_array_however_broken_raises(content: bytes) -> None:
    found = list(elements([content], "글.json"))
    assert any(isinstance(item, Problem) for item in found)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_input(tmp_path: Path) -> None:
    peaks = []
    for days in (8, 64):
        folder = tmp_path / f"export{days}"
        (folder / "잡담").mkdir(parents=True)
        (folder / "channels.json").write_text(json.dumps([{"id": "C1", "name": "잡담", "members": []}]))
        (folder / "users.json").write_text(json.dumps([{"id": "U1", "name": "garam"}]))
        for day in range(days):
            talk = [
                {"user": "U1", "text": "점심 먹으러 갑시다" * 20, "ts": f"{day + 1}00000.{n:06}"}
                for n in range(100)
            ]
            (folder / f"잡담/{2000 + day}-01-01.json").write_text(json.dumps(talk))
        tracemalloc.start()
        assert sum(1 for _ in SOURCES["slack"](folder)) > days * 100
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


def test_an_option_that_a_source_does_not_have_is_refused() -> None:
    check_options("slack", {"include_private": True})
    with pytest.raises(BadInput, match="jsonl has no option include_private"):
        check_options("jsonl", {"include_private": True})
    with pytest.raises(BadInput, match="no source 'notes'"):
        check_options("notes", {})


def test_the_size_of_standard_input_is_not_known() -> None:
    assert source_size(Path("-")) is None
