"""Slack exports, as folder and as zip, of a small workplace that does not exist."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from models.records import Post, Record
from models.snapshot import Snapshot
from pipelines.problems import Problem
from pipelines.sources import slack
from pipelines.sources.source import Located

T = TypeVar("T")
Files = dict[str, Any]
USERS = [
    {"id": "U1", "name": "garam", "profile": {"real_name": "한가람", "title": "책임"}},
    {"id": "U2", "name": "narae", "real_name": "윤나래", "profile": {}, "deleted": True},
    {"id": "U3", "name": "sohye", "real_name": "진소혜", "profile": {}, "is_ultra_restricted": True},
    {"id": "U4", "name": "alim", "real_name": "알림이", "profile": {}, "is_bot": True},
]
CHANNELS = [
    {"id": "C1", "name": "사내-it", "members": ["U1", "U2"], "purpose": {"value": "전산 문의"}},
    {"id": "C2", "name": "옛날방", "members": [], "is_archived": True},
]
GROUPS = [{"id": "G1", "name": "인사위", "members": ["U1"]}]
DMS = [{"id": "D1", "members": ["U1", "U2"]}]


def message(text: str, second: int = 0, **fields: Any) -> dict[str, Any]:
    return {"type": "message", "user": "U1", "text": text, "ts": f"17095{second:05}.000100", **fields}


def export(*messages: dict[str, Any], **more: Any) -> Files:
    return {
        "users.json": USERS,
        "channels.json": CHANNELS,
        "groups.json": GROUPS,
        "dms.json": DMS,
        "사내-it/2024-03-04.json": list(messages),
        "인사위/2024-03-04.json": [message("승진 심사 자료입니다")],
        "D1/2024-03-04.json": [message("점심 뭐 먹지"), message("국밥", 1)],
        **more,
    }


def content(value: Any, encoding: str = "utf-8") -> bytes:
    return (
        value
        if isinstance(value, bytes)
        else json.dumps(value, ensure_ascii=False, indent=1).encode(encoding)
    )


def as_folder(files: Files, path: Path) -> Path:
    for name, value in files.items():
        file = path / "두레 Slack export" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content(value))
    return path / "두레 Slack export"


def as_zip(files: Files, path: Path) -> Path:
    with zipfile.ZipFile(path / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in files.items():
            archive.writestr(f"두레/{name}", content(value))
    return path / "export.zip"


def read(path: Path, **options: Any) -> tuple[list[Record], list[Problem]]:
    """Records, without the time of the export, and problems."""
    items = list(slack.read(path, **options))
    lines = [item.record for item in items if isinstance(item, Located)]
    return (
        [timeless(line) for line in lines if not isinstance(line, Snapshot)],
        [item for item in items if isinstance(item, Problem)],
    )


def timeless(record: Record) -> Record:
    return replace(record, as_of=None) if hasattr(record, "as_of") else record


def of(kind: type[T], records: list[Record]) -> list[T]:
    return [record for record in records if isinstance(record, kind)]


def only_post(path: Path, said: dict[str, Any]) -> Post:
    records, _ = read(as_folder(export(said), path))
    [post] = of(Post, records)
    return post
