"""Where messages stand in exports: each is read, or counted and told."""

import unicodedata
import zipfile
from pathlib import Path

import pytest
from slack_exports import CHANNELS, USERS, as_folder, as_zip, content, export, message, of, read

from models.records import Person, Post
from pipelines.sources.source import source_size


def texts(path: Path) -> list[str]:
    return [post.text for post in of(Post, read(path)[0])]


def test_an_organisations_export_has_parts_for_its_workspaces(tmp_path: Path) -> None:
    files = {
        "org_users.json": USERS,
        "channels.json": [],
        "teams/T01-본사/channels.json": [{"id": "C1", "name": "공지"}],
        "teams/T01-본사/공지/2024-03-04.json": [message("본사 공지")],
        "teams/T02-공장/channels.json": [{"id": "C2", "name": "공지"}],
        "teams/T02-공장/groups.json": [{"id": "G2", "name": "임원방", "members": ["U1"]}],
        "teams/T02-공장/공지/2024-03-04.json": [message("공장 공지", 1)],
        "teams/T02-공장/임원방/2024-03-04.json": [message("대외비", 2)],
        "teams/T02-공장/잡담/2024-03-04.json": [message("모르는 방", 3), message("둘째", 4)],
    }
    records, problems = read(as_folder(files, tmp_path))
    assert {post.id: post.text for post in of(Post, records)} == {
        "slack:C1:1709500000.000100": "본사 공지",
        "slack:C2:1709500001.000100": "공장 공지",
    }
    assert len(of(Person, records)) == 3
    assert {(problem.kind, problem.count) for problem in problems} == {
        ("private", 1),
        ("unlisted_channel", 2),
        ("incomplete", 1),  # neither of the open channels lists its members
    }
    del files["org_users.json"], files["channels.json"]
    assert texts(as_zip(files, tmp_path)) == ["본사 공지", "공장 공지"]


def test_names_are_the_same_however_hangul_is_written(tmp_path: Path) -> None:
    apart, whole = (unicodedata.normalize(form, "공지사항") for form in ("NFD", "NFC"))
    for listed, folder in ((apart, whole), (whole, apart)):
        for pack in (as_folder, as_zip):
            path = tmp_path / f"{len(listed)}{pack.__name__}"
            path.mkdir()
            day = {f"{folder}/2024-03-04.json": [message("메뉴 변경")]}
            files = {"users.json": USERS, "channels.json": [{"id": "C3", "name": listed}], **day}
            assert texts(pack(files, path)) == ["메뉴 변경"]


def test_two_writings_of_one_name_in_one_archive_are_both_read(tmp_path: Path) -> None:
    files = {"users.json": USERS, "channels.json": [{"id": "C3", "name": "공지"}]}
    for second, form in enumerate(("NFC", "NFD")):
        folder = unicodedata.normalize(form, "공지")
        files[f"{folder}/2024-03-04.json"] = [message(f"{form} 글", second)]
    assert texts(as_zip(files, tmp_path)) == ["NFC 글", "NFD 글"]


def test_backslashes_in_a_zip_part_folders_from_files(tmp_path: Path) -> None:
    for prefix in ("", "export\\"):
        path = tmp_path / "윈도.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, value in export(message("결재 올렸습니다")).items():
                archive.writestr((prefix + name).replace("/", "\\"), content(value))
        assert texts(path) == ["결재 올렸습니다"]


def test_messages_are_found_in_other_files_and_under_earlier_names_and_ids(tmp_path: Path) -> None:
    channels = [{"id": "C1", "name": "it-help", "previous_names": ["it-help-old"]}, *CHANNELS[1:]]
    files = {
        "users.json": USERS,
        "channels.json": channels,
        "it-help.json": [message("하나", 1)],
        "it-help/messages.json": [message("둘", 2)],
        "it-help-old/2024-03-04.json": [message("셋", 3)],
        "C1/2024-03-05.json": [message("넷", 4)],
    }
    assert sorted(texts(as_folder(files, tmp_path))) == ["넷", "둘", "셋", "하나"]


def test_an_earlier_name_never_takes_the_folder_of_the_channel_that_has_it_now(tmp_path: Path) -> None:
    files = export(message("공지"))
    files["channels.json"] = [
        *CHANNELS,
        {"id": "C7", "name": "새방", "previous_names": ["사내-it", "인사위"]},
    ]
    records, _ = read(as_folder(files, tmp_path))
    assert [post.channel for post in of(Post, records)] == ["slack:C1"]


def test_a_name_of_two_channels_is_told(tmp_path: Path) -> None:
    files = export(message("어느 방?"))
    files["channels.json"] = [{"id": "C0", "name": "사내-it", "is_archived": True}, *CHANNELS]
    records, problems = read(as_folder(files, tmp_path))
    assert [post.channel for post in of(Post, records)] == ["slack:C1"]
    assert [problem.kind for problem in problems if problem.note] == ["shared_name", "private", "incomplete"]


def test_canvases_and_other_files_are_counted_and_told(tmp_path: Path) -> None:
    files = export(
        message("글"),
        **{
            "FC:F0A1:팀 캔버스/2024-03-04.json": [message("결재선 변경", 5)],
            "FC_F0A2_계획/2024-03-04.json": [message("일정", 6), message("예산", 7)],
            "canvases.json": [{"id": "F0A1"}],
            "사내-it/attachments/F1-그림.png": b"\x89PNG",
            "사내-it/threads/1.json": [message("깊은 곳", 8)],
            "읽어보세요.txt": b"",
        },
    )
    for pack in (as_folder, as_zip):
        done: list[int] = []
        path = pack(files, tmp_path)
        records, problems = read(path, progress=done.append)
        assert [post.text for post in of(Post, records)] == ["글"]
        told = {(problem.kind, problem.count, problem.note) for problem in problems}
        assert told == {
            ("private", 2, True),
            ("canvas", 1, True),
            ("canvas", 2, True),
            ("unread_file", 1, True),
            ("unread_file", 1, False),
        }
        assert sum(problem.count for problem in problems if problem.kind == "unread_file") == 4
        assert sum(done) == source_size(path)


def test_files_beside_the_export_are_told(tmp_path: Path) -> None:
    as_folder(export(message("글")), tmp_path)
    (tmp_path / "메모.txt").write_text("아무것도")
    _, problems = read(tmp_path)
    assert [problem.message for problem in problems if problem.kind == "unread_file"] == [
        "Where no messages are expected: 1 file (beside the export)."
    ]


@pytest.mark.parametrize("before", ["/", "./", "../../", "C:/", "C:\\내보내기\\", ".\\"])
def test_what_stands_before_the_names_of_a_zip_hides_nothing(tmp_path: Path, before: str) -> None:
    path = tmp_path / "윈도.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, value in export(message("결재 올렸습니다")).items():
            entry = zipfile.ZipInfo()
            entry.filename = before + name
            archive.writestr(entry, content(value))
    assert texts(path) == ["결재 올렸습니다"]


def test_the_case_of_names_does_not_matter(tmp_path: Path) -> None:
    files = export()
    files["사내-IT/2024-03-05.JSON"] = [message("하나")]
    assert texts(as_folder(files, tmp_path)) == ["하나"]


def test_links_to_folders_are_told_and_links_to_nowhere_are_damage(tmp_path: Path) -> None:
    path = as_folder(export(message("글")), tmp_path)
    (path / "옛날방").symlink_to(path / "사내-it")
    (path / "사내-it" / "안").symlink_to(path)
    (path / "사내-it" / "2024-03-09.json").symlink_to(path / "없음.json")
    records, problems = read(path)
    assert [post.text for post in of(Post, records)] == ["글"]
    assert sum(problem.count for problem in problems if problem.kind == "unread_file") == 2
    assert [problem.kind for problem in problems if not problem.note] == ["damaged_file"]


def test_what_stands_behind_the_list_of_a_file_is_told(tmp_path: Path) -> None:
    files = export()
    files["사내-it/2024-03-04.json"] = content([message("하나")]) + content([message("둘", 1)])
    records, problems = read(as_folder(files, tmp_path))
    assert [post.text for post in of(Post, records)] == ["하나"]
    assert [problem.kind for problem in problems if not problem.note] == ["invalid_json"]
    assert any(problem.kind == "incomplete" for problem in problems)
