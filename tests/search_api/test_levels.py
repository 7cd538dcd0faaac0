"""Levels of hits: what is exact, similar, related, nothing; what is told to be missing; what hidden posts change."""

from typing import NamedTuple

import pytest
from fastapi.testclient import TestClient
from search_examples import NOW, Group, post

from models.records import Membership, PostKind
from search_api.query.analyzed import analyze
from search_api.query.exactness import Exactness
from search_api.ranking.relevance import (
    BY_ANOTHER_ENCODER,
    BY_MEANING,
    BY_WORDS,
    Calibration,
    Evidence,
    Level,
    level_of,
    probability,
)
from search_api.search.page import SearchPage

NOTHING = Evidence(exact=False, fused=0, words=0, semantic=0, cosine=0, said=0, telling=1, framed=0)
NONSENSE = (
    "쀍쀍쀍",
    "asdfgh",
    "ㅁㄴㅇㄹ",
    "뷁뷁 방법 알려 주세요",
    "쀍쀍쀍 어떻게 하나요?",
    "🦑",
    "blorptag fizzwump",
)
KNOWN = (
    ("1", "VPN 접속이 자꾸 끊깁니다. 인증서를 갱신하면 됩니다"),
    ("2", "출장비 정산은 영수증을 붙여 월말까지 올립니다"),
    ("3", "회의실 예약은 자리표에서 2주 앞까지 됩니다"),
    ("4", "The wireless network asks for your employee number and a device certificate"),
    ("5", "프린터 토너가 떨어지면 총무팀에 말씀하세요 🎉"),
)


class Shown(NamedTuple):
    """What a page tells, in so far as it could tell what is hidden."""

    levels: list[tuple[str, Level, tuple[str, ...]]]
    numbers: tuple[int, int, int]
    relaxed: bool
    missing: tuple[str, ...]


def shown(page: SearchPage) -> Shown:
    levels = [(hit.post.id, hit.level, hit.missing) for hit in page.hits]
    return Shown(levels, (page.posts, page.similar, page.related), page.relaxed, page.missing)


# -- the pure function


@pytest.mark.parametrize("calibration", [BY_MEANING, BY_WORDS], ids=["meaning", "words"])
def test_more_evidence_is_never_less_probable(calibration: Calibration) -> None:
    for name in ("fused", "semantic", "cosine", "said"):
        steps = [probability(NOTHING._replace(**{name: value / 10}), calibration) for value in range(11)]
        assert steps == sorted(steps), name


@pytest.mark.parametrize("calibration", [BY_MEANING, BY_WORDS], ids=["meaning", "words"])
def test_levels_go_from_nothing_to_exact(calibration: Calibration) -> None:
    assert level_of(NOTHING, calibration) is None
    assert level_of(NOTHING._replace(said=0.01), calibration) is Level.RELATED
    told = NOTHING._replace(said=0.8, words=1.0, fused=1.8, semantic=0.6, cosine=0.4, telling=4)
    assert level_of(told, calibration) is Level.SIMILAR
    assert level_of(told._replace(exact=True), calibration) is Level.EXACT


def test_letters_at_random_are_alike_by_chance() -> None:
    by_chance = NOTHING._replace(semantic=BY_MEANING.least_semantic, cosine=0.5)
    assert level_of(by_chance, BY_MEANING) is None
    assert (
        level_of(by_chance._replace(semantic=BY_MEANING.least_semantic + 0.01), BY_MEANING) is Level.RELATED
    )


def test_what_an_unknown_encoder_proposes_is_shown() -> None:
    assert level_of(NOTHING._replace(cosine=0.3), BY_ANOTHER_ENCODER) is Level.RELATED


# -- the page


@pytest.mark.parametrize("nonsense", NONSENSE)
@pytest.mark.parametrize("by", ["group", "bilingual_group"])
def test_what_means_nothing_finds_nothing_by_words_and_by_meaning(
    request: pytest.FixtureRequest, by: str, nonsense: str
) -> None:
    group: Group = request.getfixturevalue(by)
    group.publish(*(post(id_, text) for id_, text in KNOWN))
    assert shown(group.search(nonsense)) == ([], (0, 0, 0), False, ())
    assert not any(group.search(nonsense).facets.values())


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("가상사설망에 연결하면 바로 떨어져요", "sns:1"),
        ("How do I get my travel expenses back?", "sns:2"),
        ("무선 네트워크에 들어가려면 뭐가 필요해요?", "sns:4"),
        ("회의실 예얃", "sns:3"),
        ("출장비정산", "sns:2"),
    ],
)
def test_other_words_the_other_language_and_typing_errors_keep_their_answers(
    bilingual_group: Group, question: str, found: str
) -> None:
    bilingual_group.publish(*(post(id_, text) for id_, text in KNOWN))
    assert found in bilingual_group.found(question)


def test_without_an_encoder_typing_errors_keep_their_answers_on_either_engine(either_group: Group) -> None:
    either_group.publish(*(post(id_, text) for id_, text in KNOWN))
    assert "sns:3" in either_group.found("회의실 예얃")
    assert either_group.found("쀍쀍쀍") == []
    page = either_group.search("회의실 예약 신청서")
    assert shown(page) == (
        [("sns:3", page.hits[0].level, ("신청서",))],
        page_numbers(page),
        True,
        ("신청서",),
    )


def page_numbers(page: SearchPage) -> tuple[int, int, int]:
    """No exact post; each hit is of the other two levels."""
    similar = sum(hit.level is Level.SIMILAR for hit in page.hits)
    return 0, similar, len(page.hits) - similar


def test_words_far_from_each_other_are_not_exact_and_still_counted(group: Group) -> None:
    between = "회사 소식을 전합니다. " * 20
    group.publish(post("1", "식권 발급 안내"), post("2", f"식권 {between} 신분증 발급"))
    page = group.search("식권 발급")
    assert [(hit.post.id, hit.level) for hit in page.hits] == [
        ("sns:1", Level.EXACT),
        ("sns:2", Level.SIMILAR),
    ]
    assert page.posts == 2
    assert page.hits[1].missing == ()


def test_what_is_typed_as_one_is_said_as_one(group: Group) -> None:
    exactness = Exactness(analyze(group.services.annotator, "12월 계산서").asked)

    def is_said(terms: str) -> bool:
        return exactness.is_said(frozenset(terms.split()), terms, "")

    assert is_said("12 월 계산서 계산 서")
    assert not is_said("12 일 이 날 것 이 번 월 말 계산서 계산 서")


def test_exact_ones_come_first_then_similar_then_related(bilingual_group: Group) -> None:
    bilingual_group.publish(
        *(post(id_, text) for id_, text in KNOWN),
        post(
            "6", "VPN 점검이 있어 오늘 밤 접속이 안 됩니다. 인증서와는 상관없습니다", kind=PostKind.QUESTION
        ),
        post("7", "인증서 유효 기간이 지났다고 나옵니다"),
        post("8", "VPN 인증서를 갱신했습니다"),
    )
    page = bilingual_group.search("VPN 인증서 갱신")
    levels = [hit.level for hit in page.hits]
    assert levels == sorted(levels, key=list(Level).index)
    assert levels.count(Level.EXACT) == page.posts == 2
    assert (levels.count(Level.SIMILAR), levels.count(Level.RELATED)) == (page.similar, page.related)


def test_pages_follow_each_other_level_by_level_without_loss(bilingual_group: Group) -> None:
    bilingual_group.publish(
        *(post(f"e{number}", f"사원증 재발급 안내 {number}") for number in range(7)),
        *(post(f"s{number}", f"사원증 분실 신고 {number}") for number in range(7)),
        *(post(f"r{number}", f"회의실 문이 안 열려요 {number} 발급") for number in range(7)),
    )
    whole = bilingual_group.search("사원증 재발급", limit=50)
    assert len(whole.hits) == whole.similar + whole.related + 7
    hits, cursor = [], ""
    while cursor is not None:
        page = bilingual_group.search("사원증 재발급", limit=4, cursor=cursor or None)
        assert (page.posts, page.similar, page.related) == (whole.posts, whole.similar, whole.related)
        hits += page.hits
        cursor = page.cursor
    assert [hit.post.id for hit in hits] == [hit.post.id for hit in whole.hits]


def test_of_what_was_just_edited_nothing_is_told_to_be_missing(group: Group) -> None:
    group.publish(post("1", "프린터 토너 교체 방법"))
    group.write(post("1", "복합기 토너 교체 방법", edited=NOW))
    [hit] = group.search("프린터 토너 신청서").hits
    assert (hit.level, hit.missing) == (Level.SIMILAR, ())


def test_a_translation_is_not_missing(bilingual_group: Group) -> None:
    bilingual_group.publish(post("1", "비밀번호 바꾸는 방법"))
    [hit] = bilingual_group.search("password blorptag").hits
    assert hit.missing == ("blorptag",)


# -- what may not be seen


def test_hidden_posts_change_no_level_no_number_and_no_missing_word(bilingual_group: Group) -> None:
    """As somebody who may not see them: not by their words, their number, their likeness, nor their threads."""
    group = bilingual_group
    group.write(Membership(channel="sns:secret", account="sns:sora"))
    group.publish(*(post(id_, text) for id_, text in KNOWN))
    asked = ("인수 가격 검토", "VPN 접속 인수", "하랑물산", "회의실 예약 인수합병", "acquisition price")
    before = {question: shown(group.search(question)) for question in asked}
    group.publish(
        *(
            post(
                f"x{number}",
                f"하랑물산 인수 가격 검토 {number} 회의실 예약",
                channel="sns:secret",
                by="junho",
            )
            for number in range(20)
        ),
        post("y", "VPN 접속 인수 하랑물산 acquisition", parent="sns:1", channel="sns:secret", by="junho"),
    )
    assert {question: shown(group.search(question)) for question in asked} == before
    told = group.search("인수 가격 검토", "sora")
    assert told.posts == 20
    assert {hit.level for hit in told.hits} == {Level.EXACT}


def test_the_page_tells_levels_with_their_numbers_and_what_is_missing(group: Group, demo: TestClient) -> None:
    group.publish(post("1", "식권 발급 안내"), post("2", "식권 잔액 조회"), post("3", "출입증 발급 창구"))
    page = group.search("식권 발급")
    shown_page = demo.get("/", params={"as": "p:minji", "q": "식권 발급", "lang": "ko"}).text
    assert "찾는 말이 모두 든 글 1건" in shown_page
    assert "모든 낱말이 들어 있는 글은 1건입니다" in shown_page
    for level, number in ((Level.SIMILAR, page.similar), (Level.RELATED, page.related)):
        name = "비슷한 글" if level is Level.SIMILAR else "관련 있는 글"
        assert (f"{name} {number} " in shown_page) is (number > 0)
    assert "빠진 낱말: 발급" in shown_page
    assert "빠진 낱말: 식권" in shown_page
    nothing = demo.get("/", params={"as": "p:minji", "q": "쀍쀍쀍", "lang": "ko"}).text
    assert "찾지 못했습니다" in nothing
    assert "/compose?kind=question&amp;title=" in nothing
    assert 'class="card hit"' not in nothing
