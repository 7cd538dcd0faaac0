"""What a Slack message says, wherever in it that stands, and how its markup reads."""

from pathlib import Path
from typing import Any

import pytest
from slack_exports import as_folder, export, message, of, only_post, read

from models.records import Account, Post


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def rich(*leaves: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(leaves)}]}


def said(tmp_path: Path, text: str, **fields: Any) -> str:
    return only_post(tmp_path, message(text, **fields)).text


def test_text_blocks_attachments_and_files_are_joined(tmp_path: Path) -> None:
    header = {"type": "header", "text": {"type": "plain_text", "text": "정산 서버 배포 실패"}}
    attachment = {
        "fallback": "티켓",
        "title": "BR-219 충전 불량",
        "fields": [{"title": "담당", "value": "설비보전팀"}],
        "blocks": [section("3호기 E47")],
    }
    assert said(
        tmp_path,
        "배포 알림",
        blocks=[header, section("*원인:* 인증서 만료")],
        attachments=[attachment],
        files=[{"name": "로그.txt"}],
    ) == (
        "배포 알림\n정산 서버 배포 실패\n*원인:* 인증서 만료\nBR-219 충전 불량\n담당: 설비보전팀\n3호기 E47\n로그.txt"
    )


@pytest.mark.parametrize(
    ("text", "blocks", "expected"),
    [
        (
            "<@U2> 배포 :tada: <https://ci.example/7|7번>",
            [
                rich(
                    {"type": "user", "user_id": "U2"},
                    {"type": "text", "text": " 배포 "},
                    {"type": "emoji", "name": "tada"},
                    {"type": "text", "text": " "},
                    {"type": "link", "url": "https://ci.example/7", "text": "7번"},
                )
            ],
            "@윤나래 배포 🎉 7번 (https://ci.example/7)",
        ),
        (
            "배포 실패: 인증서 만료",
            [section("*배포 실패*"), section("인증서 만료")],
            "배포 실패: 인증서 만료",
        ),
        ("배포 실패", [section("배포 실패: 인증서 만료")], "배포 실패: 인증서 만료"),
        (":tada:", [rich({"type": "emoji", "name": "tada"})], "🎉"),
        ("👍", [section("확인했습니다")], "👍\n확인했습니다"),
    ],
)
def test_nothing_is_said_twice(tmp_path: Path, text: str, blocks: list[Any], expected: str) -> None:
    assert said(tmp_path, text, blocks=blocks) == expected


def test_tables_groups_dates_and_unknown_blocks_are_read(tmp_path: Path) -> None:
    cell = {**rich({"type": "text", "text": "파레트 18장"})}
    table = {
        "type": "table",
        "rows": [
            [{"type": "raw_text", "text": "지점"}, {"type": "raw_text", "text": "재고"}],
            [{"type": "raw_text", "text": "청주"}, cell],
        ],
    }
    line = rich(
        {"type": "usergroup", "usergroup_id": "S77"},
        {"type": "text", "text": " 당번 "},
        {"type": "date", "timestamp": 1709510400, "format": "{date}", "fallback": "3월 4일"},
        {"type": "text", "text": " "},
        {"type": "color", "value": "#123456"},
    )
    new = {
        "type": "poll",
        "title": {"type": "plain_text", "text": "회식 투표"},
        "elements": [section("삼겹살")],
    }
    assert said(tmp_path, "", blocks=[table, line, new]) == (
        "지점 | 재고\n청주 | 파레트 18장\n@S77 당번 3월 4일 #123456\n회식 투표\n삼겹살"
    )


def test_snippets_mails_and_names_of_files_are_read(tmp_path: Path) -> None:
    files = [
        {"name": "Untitled", "title": "Untitled", "mode": "snippet", "preview": "def rotate(days):\n    ..."},
        {"name": "회의록", "mode": "email", "plain_text": "안건: 냉동창고 증설"},
        {"name": "2월_증빙.xlsx", "title": "2월_증빙.xlsx"},
    ]
    assert said(tmp_path, "공유합니다", files=files) == (
        "공유합니다\n```def rotate(days):\n    ...```\n회의록\n안건: 냉동창고 증설\n2월_증빙.xlsx"
    )


def test_a_stand_in_for_what_cannot_be_shown_is_not_what_was_said(tmp_path: Path) -> None:
    attachment = {"fallback": "[no preview available]", "blocks": [section("디스크 97% — nas07")]}
    assert said(tmp_path, "", attachments=[attachment]) == "디스크 97% — nas07"
    assert said(tmp_path, "", attachments=[{"fallback": "[no preview available]"}]) == ""


def test_a_quoted_message_may_be_from_a_private_channel_and_stays_out(tmp_path: Path) -> None:
    quoted = {
        "is_share": True,
        "text": "대외비",
        "blocks": [section("대외비")],
        "from_url": "https://x.example",
    }
    assert said(tmp_path, "확인하세요", attachments=[quoted]) == "확인하세요"
    assert said(tmp_path, "", attachments=[{**quoted, "is_share": False, "is_msg_unfurl": True}]) == ""


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (
            {
                **section("결재 요청"),
                "accessory": {"type": "button", "text": plain("승인"), "url": "https://a.example/7"},
            },
            "결재 요청\n승인 (https://a.example/7)",
        ),
        ({"type": "actions", "elements": [{"type": "button", "text": plain("반려")}]}, "반려"),
        ({**section("조직"), "accessory": {"type": "image", "alt_text": "조직도"}}, "조직\n조직도"),
        (
            {"type": "video", "title": plain("타운홀"), "title_url": "https://v.example"},
            "타운홀 (https://v.example)",
        ),
        ({"type": "call", "call": {"v1": {"name": "주간 회의"}}}, "주간 회의"),
    ],
)
def test_what_stands_beside_a_block_is_read_with_its_address(
    tmp_path: Path, block: dict[str, Any], expected: str
) -> None:
    assert said(tmp_path, "", blocks=[block]) == expected


def test_all_that_an_app_attaches_is_read_and_its_summary_where_it_says_more(tmp_path: Path) -> None:
    attached = {
        "author_name": "결재함",
        "title": "출장 신청",
        "actions": [{"type": "button", "text": "반려"}],
        "footer": "전자결재",
    }
    whole = "결재함\n출장 신청\n반려\n전자결재"
    assert said(tmp_path, "", attachments=[{**attached, "fallback": "[출장 신청] 결재함"}]) == whole
    assert (
        said(tmp_path, "", attachments=[{**attached, "fallback": "마감 3월 8일"}]) == f"{whole}\n마감 3월 8일"
    )


def test_files_tell_their_title_name_and_what_is_seen_or_heard(tmp_path: Path) -> None:
    files = [
        {"title": "계약", "name": "임대차.pdf", "alt_txt": "도장 그림"},
        {"name": "음성.m4a", "transcription": {"preview": {"content": "오늘 회의는 세 시입니다"}}},
    ]
    post = only_post(tmp_path, message("", files=files))
    assert post.text == "계약\n도장 그림\n음성.m4a\n오늘 회의는 세 시입니다"
    assert [attachment.name for attachment in post.attachments] == ["임대차.pdf", "음성.m4a"]


def test_the_name_of_a_private_channel_is_never_in_a_text(tmp_path: Path) -> None:
    text = "<#G1|인사위> <#C1|사내-it> <#C1> <#C9|옛 방> <#C9>"
    assert said(tmp_path, text) == "#private #사내-it #사내-it #옛 방 #private"


@pytest.mark.parametrize(
    "quoted",
    [
        {"from_url": "https://회사.slack.com/archives/G1/p17095"},
        {"channel_id": "G1"},
        {"message_blocks": [{"channel": "G1"}]},
    ],
)
def test_a_quoted_message_is_known_by_where_it_comes_from(tmp_path: Path, quoted: dict[str, Any]) -> None:
    attachment = {"text": "대외비", "fallback": "[3월 4일] 한가람: 대외비", "title": "대외비", **quoted}
    post = only_post(tmp_path, message("", attachments=[attachment]))
    assert (post.text, post.attachments) == ("", ())


@pytest.mark.parametrize(
    "text",
    [
        "매출: https://byeori.sharepoint.example/:x:/s/sales/EbQ1",
        "https://wiki.example/page:b:1",
        "root:x:0:0:root",
        "비율은 1:o:3, MAC 00:1b:44:11:3a:b7, 시각 10:30:45",
        "STAT:m:q 값",
        "C:/:x:/폴더",
        "s3://창고/:x:/표",
        "`a :x: b`",
        "port:100:tcp",
    ],
)
def test_colons_of_addresses_paths_and_clocks_are_no_emoji(tmp_path: Path, text: str) -> None:
    assert said(tmp_path, text) == text
    for word in text.split():
        if word.startswith("https:"):
            assert said(tmp_path, f"<{word}>") == word
            assert said(tmp_path, f"<{word}|자료>") == f"자료 ({word})"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("축하합니다:tada::+1::skin-tone-3:", "축하합니다🎉👍"),
        ("끝.:tada: (:pray:) _:fire:_", "끝.🎉 (🙏) _🔥_"),
        (":tada:입니다", "🎉입니다"),
        (":회사로고: 공지", ":회사로고: 공지"),
    ],
)
def test_emoji_codes_beside_hangul_and_signs_are_read(tmp_path: Path, text: str, expected: str) -> None:
    assert said(tmp_path, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<@U1>님, <@U9|moon> 님", "@한가람님, @moon 님"),
        ("<!subteam^S9|@전산팀> <!subteam^S9> <!subteam^S8>", "@전산팀 @전산팀 @S8"),
        ("<!here> <!channel|@channel> <!everyone>", "@here @channel @everyone"),
        ("<!date^1709510400^{date_short}|3월 4일>", "3월 4일"),
        ("<!date^1709510400^{date}> 마감", "2024-03-04 00:00 UTC 마감"),
        (
            "<mailto:help@a.example|help@a.example> <tel:+8225550100|02-555-0100>",
            "help@a.example 02-555-0100",
        ),
        ("원문 &amp;lt;tag&amp;gt; &lt;b&gt;", "원문 &lt;tag&gt; <b>"),
        ("<https://x.example/?a=1&amp;b=2|보고서 A|B>", "보고서 A|B (https://x.example/?a=1&b=2)"),
    ],
)
def test_marks_read_as_people_read_them(tmp_path: Path, text: str, expected: str) -> None:
    assert said(tmp_path, text) == expected


@pytest.mark.parametrize("piece", [":a", "<@", "`", "```", ":", "<a|", "[no", "&amp;", ":x:", ":+1:y"])
def test_no_shape_of_text_takes_longer_than_its_length(tmp_path: Path, piece: str) -> None:
    text = piece * (60_000 // len(piece))
    assert said(tmp_path, text, blocks=[section(text + "끝")])


@pytest.mark.parametrize(
    ("fields", "author"),
    [
        ({"user": "U88", "bot_id": "B88", "bot_profile": {"id": "B88", "name": "도움봇"}}, "slack:U88"),
        ({"user": "U88", "bot_profile": {"name": "도움봇"}}, "slack:U88"),
        ({"user": "U1", "bot_id": "B88", "username": "도움봇"}, "slack:B88"),
        ({"user": None, "bot_id": "B88", "username": "도움봇"}, "slack:B88"),
        ({"user": "U4"}, "slack:U4"),
        ({"user": "U1", "app_id": "A7"}, "slack:A7"),
        ({"user": "U1", "bot_profile": {"name": "도움 봇"}}, "slack:bot-도움_봇"),
        ({"user": "U1", "subtype": "bot_message", "username": "도움봇"}, "slack:bot-도움봇"),
        ({"user": "U1", "subtype": "bot_message"}, "slack:bot"),
        ({"user": None, "subtype": "bot_message", "username": "도움봇"}, "slack:bot-도움봇"),
        ({"user": "USLACKBOT"}, "slack:USLACKBOT"),
        ({"user": "USLACKBOT", "subtype": "slackbot_response"}, "slack:USLACKBOT"),
    ],
)
def test_what_an_app_says_is_by_a_bot(tmp_path: Path, fields: dict[str, Any], author: str) -> None:
    thanks = message("고마워요", 1, reactions=[{"name": "pray", "users": ["U88"], "count": 1}])
    records, problems = read(as_folder(export(thanks, message("재설정하세요", 2, **fields)), tmp_path))
    assert {problem.message for problem in problems if not problem.note} <= {"User U88 is not in users.json."}
    assert of(Post, records)[1].account == author
    [account] = [account for account in of(Account, records) if account.id == author][-1:]
    assert account.bot
    assert account.person is None
