"""What stands beside a text finds its post: names of files, tags of the source, addresses."""

import pytest
from search_examples import Group, post

from models.records import Attachment
from search_api.search.hits import SearchHit

CHATTER = (
    "점심 메뉴를 골라 주세요",
    "출장 다녀왔습니다",
    "정산 문의는 총무팀으로",
    "야간 근무표 공지",
    "떠나는 날 안내",
)
FILE = post("file", "양식 첨부합니다", attachments=(Attachment(name="출장여비_정산서_v3.xlsx"),))
TAG = post("tag", "컨테이너가 자꾸 죽어요", tags=("kubernetes", "쿠버네티스"))
ADDRESS = post("address", "이 문서 보세요", links=("https://wiki.example/hr/parental-leave",))


def highlights(hit: SearchHit) -> list[str]:
    return [hit.snippet.text[start:end] for start, end in hit.snippet.highlights]


@pytest.mark.parametrize(
    ("question", "found", "text"),
    [
        ("출장여비 정산서", "sns:file", "양식 첨부합니다"),
        ("출장여비_정산서_v3.xlsx", "sns:file", "양식 첨부합니다"),
        ("kubernetes", "sns:tag", "컨테이너가 자꾸 죽어요"),
        ("쿠버네티스", "sns:tag", "컨테이너가 자꾸 죽어요"),
        ("parental-leave", "sns:address", "이 문서 보세요"),
        ("https://wiki.example/hr/parental-leave", "sns:address", "이 문서 보세요"),
    ],
)
def test_a_label_finds_its_post_and_marks_nothing_in_it(
    either_group: Group, question: str, found: str, text: str
) -> None:
    group = either_group
    group.publish(FILE, TAG, ADDRESS, *(post(f"c{at}", said) for at, said in enumerate(CHATTER)))
    hit = group.search(question).hits[0]

    assert hit.post.id == found
    assert (hit.snippet.text, highlights(hit)) == (text, [])


def test_words_of_the_text_are_marked_beside_those_of_a_label(group: Group) -> None:
    group.publish(
        post("both", "양식 첨부합니다", title="회계", attachments=(Attachment(name="정산서.xlsx"),)),
        *(post(f"c{at}", said) for at, said in enumerate(CHATTER)),
    )
    hit = group.search("회계 정산서 양식").hits[0]

    assert hit.post.id == "sns:both"
    assert highlights(hit) == ["양식"]
    assert hit.title is not None
    assert [hit.title.text[start:end] for start, end in hit.title.highlights] == ["회계"]


def test_a_label_that_changes_is_read_again(group: Group) -> None:
    old, new = (Attachment(name="출장여비.xlsx"), Attachment(name="법인카드.xlsx"))
    group.publish(post("one", "양식 첨부합니다", attachments=(old,), source_revision=1))
    assert group.found("출장여비") == ["sns:one"]
    group.publish(post("one", "양식 첨부합니다", attachments=(new,), source_revision=2))
    assert group.found("출장여비") == []
    assert group.found("법인카드") == ["sns:one"]
    link = "https://wiki.example/onboarding"
    group.publish(post("one", "양식 첨부합니다", links=(link,), source_revision=3))
    assert group.found("법인카드") == []
    assert group.found("onboarding") == ["sns:one"]


def test_a_label_is_found_by_nobody_who_may_not_read_its_post(group: Group) -> None:
    group.publish(
        post("hidden", "첨부합니다", channel="sns:secret", attachments=(Attachment(name="인수계약.pdf"),))
    )
    assert group.found("인수계약", "junho") == ["sns:hidden"]
    assert group.search("인수계약", "minji").hits == ()
    assert group.search("인수계약", "minji").posts == 0
