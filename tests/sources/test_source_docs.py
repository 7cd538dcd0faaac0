"""docs/sources.md is true: every example is read, every record, field and kind of problem is named."""

import dataclasses
import re
from pathlib import Path
from typing import get_args

import pytest

from models.records import Attachment, Record
from models.snapshot import Snapshot
from pipelines.removals import WHAT
from pipelines.sources import SOURCES
from pipelines.sources.jsonl import read_lines
from pipelines.sources.source import Located

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs/sources.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### `(\w+)`\n(.*?)(?=^##)", DOCS, re.DOTALL | re.MULTILINE))
RECORDS = {line.__dataclass_fields__["type"].default: line for line in (*get_args(Record), Snapshot)}


def test_every_record_type_has_a_section_and_no_section_is_about_another() -> None:
    assert set(SECTIONS) == set(RECORDS)


@pytest.mark.parametrize("name", RECORDS)
def test_a_section_names_exactly_the_fields_of_its_record_and_marks_the_required_ones(name: str) -> None:
    fields = dataclasses.fields(RECORDS[name])
    required = {field.name for field in fields if field.default is dataclasses.MISSING} | {"type"}
    rows = re.findall(r"^\| `(\w+)`( \*\*!\*\*)? \|", SECTIONS[name], re.MULTILINE)
    assert {field for field, _ in rows} == {field.name for field in fields}
    assert {field for field, mark in rows if mark} == required


def test_the_fields_of_an_attachment_are_named() -> None:
    assert all(f"`{field.name}`" in SECTIONS["post"] for field in dataclasses.fields(Attachment))


@pytest.mark.parametrize("name", RECORDS)
def test_every_example_line_is_read_as_its_record(name: str) -> None:
    examples = re.findall(r"^\{.*\}$", SECTIONS[name], re.MULTILINE)
    assert examples
    for item in read_lines([example.encode() for example in examples], name):
        assert isinstance(item, Located), item
        assert item.record.type == name


def test_every_kind_of_problem_that_a_source_reports_is_explained() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "pipelines").rglob("*.py"))
    kinds = set(re.findall(r'kind="(\w+)"', code)) | {kind for kind, _, _ in WHAT.values()}
    kinds |= set(re.findall(r'_problem\(\s*"(\w+)"', code))
    assert kinds == kinds_explained(DOCS.split("## What is reported")[1].split("The store adds")[0])


def test_every_kind_of_problem_that_the_store_reports_is_explained() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "models/store").rglob("*.py"))
    kinds = set(re.findall(r'problem"?[=:]\s*"(\w+)"', code)) | set(
        re.findall(r'^[A-Z_]+ = \(\s*"(\w+)",\s*"[A-Z]', code, re.M)
    )
    assert kinds == kinds_explained(DOCS.split("The store adds")[1])


def kinds_explained(section: str) -> set[str]:
    return set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))


def test_every_source_has_a_section() -> None:
    assert set(re.findall(r"^## (\w+): ", DOCS, re.MULTILINE)) == set(SOURCES)
