"""A Slack export, as folder and as zip, of a small workplace that does not exist."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from slack_exports import USERS, Files, as_folder, as_zip, content, export, message, of, only_post, read

from models.errors import UnreadableSource
from models.records import Account, Attachment, Channel, Deletion, Membership, Person, Post, Reaction
from pipelines.sources.source import source_size

Packing = Callable[[Files, Path], Path]
both = pytest.mark.parametrize("pack", [as_folder, as_zip])


@both
def test_people_bots_guests_and_channels_come_with_their_members(tmp_path: Path, pack: Packing) -> None:
    records, problems = read(pack(export(), tmp_path))
    people = {person.id: person for person in of(Person, records)}
    assert people["slack:U1"] == Person(id="slack:U1", name="한가람", title="책임")
    assert people["slack:U3"].guest
    assert set(people) == {"slack:U1", "slack:U2", "slack:U3"}
    accounts = {account.id: account for account in of(Account, records)}
    assert (accounts["slack:U4"].bot, accounts["slack:U4"].person) == (True, None)
    assert (accounts["slack:U2"].handle, accounts["slack:U2"].person) == ("narae", "slack:U2")
    assert of(Channel, records) == [
        Channel(id="slack:C1", network="slack", name="사내-it", description="전산 문의"),
        Channel(id="slack:C2", network="slack", name="옛날방", archived=True),
    ]
    assert [membership.account for membership in of(Membership, records)] == ["slack:U1", "slack:U2"]
    assert {problem.kind for problem in problems} == {"private"}


@both
def test_private_channels_and_direct_messages_are_counted_and_kept_out(tmp_path: Path, pack: Packing) -> None:
    records, [problem] = read(pack(export(message("공지입니다")), tmp_path))
    assert [post.text for post in of(Post, records)] == ["공지입니다"]
    assert not any("G1" in repr(record) or "D1" in repr(record) for record in records)
    assert (problem.kind, problem.note, problem.count) == ("private", True, 2)
    assert "2 private conversations with 3 messages" in problem.message


def test_private_conversations_stay_private_when_they_are_asked_for(tmp_path: Path) -> None:
    records, problems = read(as_folder(export(), tmp_path), include_private=True)
    assert [
        (channel.id, channel.kind.value, channel.private, channel.name) for channel in of(Channel, records)
    ][2:] == [
        ("slack:G1", "group", True, "인사위"),
        ("slack:D1", "direct", True, "garam, narae"),
    ]
    assert len(of(Post, records)) == 3
    assert not problems


def test_a_folder_that_no_list_names_may_be_private_and_is_left_out(tmp_path: Path) -> None:
    files = export(**{"임원방/2024-03-04.json": [message("대외비")]})
    records, problems = read(as_folder(files, tmp_path))
    assert "대외비" not in repr(records)
    assert [problem.kind for problem in problems if not problem.note] == ["unlisted_channel"]


def test_the_progress_adds_up_to_the_size_of_the_export(tmp_path: Path) -> None:
    files = export(message("하나"), **{"integration_logs.json": [], "임원방/2024-03-04.json": []})
    for path in (as_folder(files, tmp_path), as_zip(files, tmp_path)):
        done: list[int] = []
        read(path, progress=done.append)
        assert sum(done) == source_size(path)
        assert min(done) >= 0


def test_a_name_shared_with_a_private_channel_keeps_the_folder_out(tmp_path: Path) -> None:
    files = export(message("공지"), **{"groups.json": [{"id": "G9", "name": "사내-it", "members": []}]})
    records, _ = read(as_folder(files, tmp_path))
    assert not of(Post, records)


def test_a_thread_becomes_replies_to_its_first_message(tmp_path: Path) -> None:
    first = message("VPN이 안 됩니다", 1)
    first["thread_ts"] = first["ts"]
    reply = message("재부팅해 보세요", 2, user="U2", thread_ts=first["ts"])
    shared = message("해결됐어요", 3, thread_ts=first["ts"], subtype="thread_broadcast")
    records, problems = read(as_folder(export(first, reply, shared, shared), tmp_path))
    assert [(post.text, post.kind.value, post.parent) for post in of(Post, records)][:3] == [
        ("VPN이 안 됩니다", "post", None),
        ("재부팅해 보세요", "reply", "slack:C1:1709500001.000100"),
        ("해결됐어요", "reply", "slack:C1:1709500001.000100"),
    ]
    assert {post.id for post in of(Post, records)} == {f"slack:C1:170950000{n}.000100" for n in (1, 2, 3)}
    assert not [problem for problem in problems if not problem.note]


def test_a_message_reads_as_people_read_it(tmp_path: Path) -> None:
    post = only_post(
        tmp_path,
        message(
            "<@U2> <#C1> <#G1> <!here> <!subteam^S1|@전산팀> 참고: "
            "<https://wiki.example/vpn?a=1&amp;b=2|VPN 안내> "
            "<https://wiki.example> &lt;주의&gt; A&amp;B :thumbsup: :회사로고: `:100:`"
        ),
    )
    assert post.text == (
        "@윤나래 #사내-it #private @here @전산팀 참고: VPN 안내 (https://wiki.example/vpn?a=1&b=2) "
        "https://wiki.example <주의> A&B 👍 :회사로고: `:100:`"
    )
    assert post.mentions == ("slack:U2",)
    assert post.links == ("https://wiki.example/vpn?a=1&b=2", "https://wiki.example")


def test_a_message_of_blocks_alone_has_their_text(tmp_path: Path) -> None:
    section = [
        {"type": "user", "user_id": "U2"},
        {"type": "text", "text": " 배포 <v2> "},
        {"type": "link", "url": "https://ci.example/7", "text": "7번"},
        {"type": "emoji", "name": "tada"},
    ]
    items = [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
        for text in ("로그인", "결재")
    ]
    elements = [
        {"type": "rich_text_section", "elements": section},
        {"type": "rich_text_list", "elements": items},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "make deploy"}]},
    ]
    post = only_post(tmp_path, message("", blocks=[{"type": "rich_text", "elements": elements}]))
    assert post.text == "@윤나래 배포 <v2> 7번 (https://ci.example/7)🎉\n• 로그인\n• 결재\n```make deploy```"
    assert post.mentions == ("slack:U2",)


def test_files_and_previews_become_attachments_without_the_secret_in_their_address(tmp_path: Path) -> None:
    file = {
        "name": "회의록.pdf",
        "mimetype": "application/pdf",
        "size": 1234,
        "url_private": "https://files.example/회의록.pdf?t=xoxe-secret",
    }
    preview = {"title": "사내 위키", "from_url": "https://wiki.example", "text": "…"}
    quoted = {
        "is_msg_unfurl": True,
        "fallback": "비공개 글",
        "text": "비공개 글",
        "from_url": "https://x.example",
    }
    post = only_post(tmp_path, message("", files=[file], attachments=[quoted], subtype="file_share"))
    assert post.text == "회의록.pdf"
    assert post.attachments == (
        Attachment(
            name="회의록.pdf", url="https://files.example/회의록.pdf", media_type="application/pdf", size=1234
        ),
    )
    other = only_post(tmp_path, message("보세요", attachments=[preview, quoted]))
    assert other.attachments == (Attachment(name="사내 위키", url="https://wiki.example"),)


def test_an_old_export_tells_files_and_their_comments_by_the_file_not_by_slacks_sentence(
    tmp_path: Path,
) -> None:
    file = {"name": "plan.xlsx", "title": "3월 계획", "initial_comment": {"comment": "검토 부탁드립니다"}}
    shared = message(
        "<@U1> uploaded a file: <https://f.example|3월 계획>", 1, file=file, subtype="file_share"
    )
    comment = message(
        "<@U2> commented on …",
        2,
        subtype="file_comment",
        file=file,
        comment={"user": "U2", "comment": "확인했습니다"},
    )
    del comment["user"]
    records, _ = read(as_folder(export(shared, comment), tmp_path))
    assert [(post.text, post.account, post.kind.value) for post in of(Post, records)] == [
        ("검토 부탁드립니다\n3월 계획", "slack:U1", "post"),
        ("확인했습니다", "slack:U2", "comment"),
    ]


def test_reactions_have_givers_and_a_count_for_those_whom_slack_does_not_name(tmp_path: Path) -> None:
    reactions = [
        {"name": "+1::skin-tone-3", "users": ["U1", "U2"], "count": 60},
        {"name": "회사로고", "users": ["U2"], "count": 1},
    ]
    records, _ = read(as_folder(export(message("축하합니다", reactions=reactions)), tmp_path))
    assert [(reaction.kind, reaction.account, reaction.count) for reaction in of(Reaction, records)] == [
        ("👍", "slack:U1", 1),
        ("👍", "slack:U2", 1),
        ("👍", None, 58),
        ("회사로고", "slack:U2", 1),
    ]


def test_edits_and_deletions_are_carried_over(tmp_path: Path) -> None:
    edited = message("수정한 글", 1, edited={"user": "U1", "ts": "1709500009.000000"})
    changed = message("", 8, subtype="message_changed", message=message("다시 고친 글", 1))
    deleted = message("", 9, subtype="message_deleted", deleted_ts="1709500003.000100")
    records, _ = read(as_folder(export(edited, changed, deleted), tmp_path))
    first, second = of(Post, records)
    assert first.id == second.id
    assert first.edited is not None
    assert (second.text, second.edited and second.edited.timestamp()) == ("다시 고친 글", 1709500008.0001)
    assert [deletion.post for deletion in of(Deletion, records)] == ["slack:C1:1709500003.000100"]


def test_joins_and_topics_are_left_out_and_counted(tmp_path: Path) -> None:
    joins = [message("<@U1> has joined the channel", n, subtype="channel_join") for n in range(3)]
    records, problems = read(as_folder(export(*joins), tmp_path))
    assert not of(Post, records)
    [note] = [problem for problem in problems if problem.kind == "left_out"]
    assert (note.count, note.note) == (3, True)


def test_a_bot_without_a_user_has_an_account_and_its_attachments_are_its_text(
    tmp_path: Path,
) -> None:
    attachment = {"title": "빌드 실패", "text": "main 브랜치", "fields": [{"title": "단계", "value": "시험"}]}
    said = message("", subtype="bot_message", bot_id="B1", username="빌드봇", attachments=[attachment])
    del said["user"]
    records, problems = read(as_folder(export(said), tmp_path))
    [post] = of(Post, records)
    assert (post.account, post.text) == ("slack:B1", "빌드 실패\nmain 브랜치\n단계: 시험")
    assert Account(id="slack:B1", network="slack", handle="빌드봇", bot=True) in records
    assert not [problem for problem in problems if not problem.note]


def test_an_author_who_is_in_no_list_gets_a_stand_in_account_once(tmp_path: Path) -> None:
    said = [
        message("안녕하세요", n, user="U9", user_profile={"name": "guest9", "real_name": "손님"})
        for n in range(2)
    ]
    records, problems = read(as_folder(export(*said), tmp_path))
    assert len(of(Post, records)) == 2
    assert Account(id="slack:U9", network="slack", handle="guest9", name="손님") in records
    assert [problem.kind for problem in problems if not problem.note] == ["unknown_user"]


def test_two_texts_under_one_id_are_reported_and_the_first_is_kept(tmp_path: Path) -> None:
    records, problems = read(as_folder(export(message("하나"), message("둘")), tmp_path))
    assert [post.text for post in of(Post, records)] == ["하나"]
    assert [problem.kind for problem in problems if not problem.note] == ["duplicate_id"]


def test_odd_messages_cost_only_themselves(tmp_path: Path) -> None:
    odd: list[Any] = [
        "글자",
        message("때 없음", ts="어제"),
        message("먼 미래", ts="4102444800.000100"),
        message("반쪽 \ud83d 이모지", 5),
        message("이상한 필드", 6, files="x", reactions=[1], blocks={"a": 1}, edited="no", attachments=None),
        {},
    ]
    files = export()
    files["사내-it/2024-03-04.json"] = json.dumps(odd).encode()
    records, problems = read(as_folder(files, tmp_path))
    assert [post.text for post in of(Post, records)] == ["먼 미래", "반쪽 \ufffd 이모지", "이상한 필드"]
    assert [problem.kind for problem in problems if problem.kind != "private"] == [
        "invalid_record",
        "invalid_record",
        "unusable_character",
        "invalid_record",
        "incomplete",
    ]


@both
def test_a_truncated_day_keeps_what_stands_before_and_the_other_days_go_on(
    tmp_path: Path, pack: Packing
) -> None:
    day = content([message(f"{n}번째 글", n) for n in range(10)])
    files = export(**{"사내-it/2024-03-05.json": [message("다음 날", 99)]})
    files["사내-it/2024-03-04.json"] = day[: len(day) // 2]
    records, problems = read(pack(files, tmp_path))
    texts = [post.text for post in of(Post, records)]
    assert texts[:4] == ["0번째 글", "1번째 글", "2번째 글", "3번째 글"]
    assert texts[-1] == "다음 날"
    [problem] = [problem for problem in problems if not problem.note]
    assert problem.kind == "invalid_json"
    assert problem.file.endswith("사내-it/2024-03-04.json")
    assert problem.line is not None
    assert problem.line > 20


def test_an_export_made_on_korean_windows_is_read(tmp_path: Path) -> None:
    files = {name: content(value, "cp949") for name, value in export(message("결재 올렸습니다")).items()}
    path = tmp_path / "export.zip"
    # zipfile writes names in UTF-8 only: write names of the same length, then put the bytes in their place.
    stand_ins = {
        letter * len(name.encode("cp949")): name for letter, name in zip("QRSTVWX", files, strict=True)
    }
    with zipfile.ZipFile(path, "w") as archive:
        for stand_in, name in stand_ins.items():
            archive.writestr(stand_in, files[name])
    raw = path.read_bytes()
    for stand_in, name in stand_ins.items():
        raw = raw.replace(stand_in.encode(), name.encode("cp949"))
    path.write_bytes(raw)
    records, problems = read(path)
    assert [post.text for post in of(Post, records)] == ["결재 올렸습니다"]
    assert {problem.kind for problem in problems} == {"encoding", "private"}


def test_a_damaged_file_inside_a_zip_is_reported_and_the_others_are_read(tmp_path: Path) -> None:
    path = as_zip(export(message("첫날"), **{"사내-it/2024-03-05.json": [message("둘째 날", 9)]}), tmp_path)
    with zipfile.ZipFile(path) as archive:
        damaged = archive.getinfo("두레/사내-it/2024-03-04.json")
    raw = bytearray(path.read_bytes())
    start = damaged.header_offset + 30 + len(damaged.filename.encode()) + 4
    raw[start : start + 20] = b"\xff" * 20
    path.write_bytes(raw)
    records, problems = read(path)
    assert [post.text for post in of(Post, records)] == ["둘째 날"]
    assert [problem.kind for problem in problems if not problem.note] == ["damaged_file"]


def test_what_is_no_export_at_all_is_refused_with_a_remedy(tmp_path: Path) -> None:
    whole = as_zip(export(message("글")), tmp_path).read_bytes()
    (tmp_path / "잘림.zip").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "글.zip").write_text("zip이 아니다")
    (tmp_path / "빈 폴더").mkdir()
    for name, said in (
        ("잘림.zip", "without its end"),
        ("글.zip", "not a zip"),
        ("빈 폴더", "not a Slack"),
        ("없음", "not exist"),
    ):
        with pytest.raises(UnreadableSource, match=said) as raised:
            read(tmp_path / name)
        assert raised.value.remedy


def test_a_second_workspace_has_ids_of_its_own(tmp_path: Path) -> None:
    records, _ = read(as_folder(export(message("글")), tmp_path), network="slack-2")
    assert all(record.id.startswith("slack-2:") for record in of(Post, records) + of(Account, records))


def test_a_deactivated_user_has_left(tmp_path: Path) -> None:
    files = export() | {"users.json": [*USERS, {"id": "U8", "name": "dahee", "deleted": True}]}
    people = {person.id: person.left for person in of(Person, read(as_folder(files, tmp_path))[0])}
    assert people["slack:U8"]
    assert not people["slack:U1"]
