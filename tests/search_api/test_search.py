from collections.abc import Callable

import pytest
from search_examples import NOW, Group, answered, gone, post

from indexer.engine import Filters
from models.errors import BadInput
from models.records import Channel, Denial, PostKind, Reaction, Verification
from models.scope import Scope
from search_api.query.analyzed import analyze
from search_api.ranking.fusion import fused
from search_api.ranking.ordering import ordered
from search_api.retrieval.candidate import Candidate
from search_api.retrieval.retrieve import MATCHES, retrieve
from search_api.search.page import find_answers


def test_the_best_post_of_a_thread_leads_and_the_others_are_counted(group: Group) -> None:
    group.publish(
        post("1", "사내 VPN 접속이 자꾸 끊깁니다"),
        post("2", "VPN 접속이 끊기면 클라이언트를 다시 설치하세요", parent="sns:1", kind=PostKind.REPLY),
        post("3", "점심은 어디가 좋을까요"),
    )
    page = group.search("VPN 접속 클라이언트 설치")
    assert [(hit.post.id, hit.more_in_thread) for hit in page.hits] == [("sns:2", 1)]
    assert page.posts == 1


def test_an_accepted_answer_is_shown_with_its_question_even_if_it_shares_no_word(group: Group) -> None:
    group.publish(*answered(1, "연차 이월 되나요", "인사팀 공지대로 다음 해 삼월까지 됩니다", asker="sora", by="junho",
                            accepted=True))  # fmt: skip
    [hit] = group.search("연차 이월").hits
    assert hit.post.id == "sns:q1"
    assert hit.answer is not None
    assert hit.answer.post.id == "sns:q1a"


def candidates(group: Group, text: str, name: str) -> tuple[Candidate, ...]:
    query = analyze(group.services.annotator, text)
    return retrieve(group.services, query, group.scope(name)).candidates


def test_what_the_thread_says_helps_its_replies(group: Group) -> None:
    group.publish(
        post("1", "재택근무 장비 신청", days=9),
        post("2", "신청은 총무 포털에서 합니다", parent="sns:1", kind=PostKind.REPLY, days=8),
        post("3", "신청은 회계 포털에서 합니다", days=7),
    )
    ranked = ordered(candidates(group, "재택근무 장비 신청 포털", "minji"))
    assert [candidate.post for candidate in ranked].index("sns:2") < len(ranked) - 1
    assert ranked[-1].post == "sns:3"


def test_a_hidden_post_of_the_thread_helps_nobody_who_may_not_see_it(group: Group) -> None:
    hidden = post("1", "재택근무 장비 신청", days=9, audience=("person:p:junho",))
    replies = [
        post("2", "신청은 총무 포털에서 합니다", parent="sns:1", kind=PostKind.REPLY, days=8),
        post("3", "신청은 회계 포털에서 합니다", days=7),
    ]
    group.publish(hidden, *replies)

    def scores(name: str) -> dict[str, float]:
        found = candidates(group, "재택근무 장비 신청 포털", name)
        return dict(zip([one.post for one in found], fused([one.features for one in found]), strict=True))

    assert scores("minji")["sns:2"] == pytest.approx(scores("minji")["sns:3"])
    assert scores("junho")["sns:2"] > scores("junho")["sns:3"]


def test_a_post_that_was_edited_a_second_ago_is_still_found_by_what_it_said(group: Group) -> None:
    group.publish(post("1", "프린터 토너 교체 방법"), post("2", "프린터 용지 교체"))
    group.write(post("1", "복합기 토너 교체 방법", edited=NOW))
    assert group.found("프린터 토너 교체") == ["sns:1", "sns:2"]


def test_an_accepted_answer_wins_between_equal_texts(group: Group) -> None:
    for number, accepted in ((1, False), (2, True), (3, False)):
        text = "법인카드 한도는 재무 포털에서 올립니다"
        group.publish(*answered(number, f"질문 {number}", text, asker="sora", by="junho", accepted=accepted))
    assert group.found("법인카드 한도")[0] == "sns:q2a"


def test_reactions_never_lift_a_clearly_worse_text(group: Group) -> None:
    group.publish(
        post("good", "쿠버네티스 인증서 갱신은 kubeadm certs renew 명령으로 합니다"),
        post("popular", "쿠버네티스 최고"),
        Reaction(post="sns:popular", kind="like", count=500),
        Verification(post="sns:popular", person="p:junho"),
    )
    assert group.found("쿠버네티스 인증서 갱신")[0] == "sns:good"


def test_a_post_deleted_a_second_ago_is_gone_before_the_index_knows(group: Group) -> None:
    group.publish(post("1", "프린터 토너 교체 방법"))
    assert group.found("프린터 토너") == ["sns:1"]
    group.write(gone("1"))
    assert group.found("프린터 토너") == []


def test_a_channel_turned_private_is_hidden_at_once_also_from_counts_and_facets(group: Group) -> None:
    group.publish(post("1", "프린터 토너 교체 방법"))
    group.write(Channel(id="sns:plaza", network="sns", name="광장", private=True))
    page = group.search("프린터 토너")
    assert (page.hits, page.posts) == ((), 0)
    assert not any(page.facets.values())


def test_hidden_posts_are_in_no_hit_count_or_facet(group: Group) -> None:
    group.publish(
        post("open", "인수 일정 안내"),
        post("hidden", "인수 가격 검토", by="junho", channel="sns:secret", kind=PostKind.DOCUMENT),
        post("company", "인수 관련 공지", by="junho", channel="sns:cloud", kind=PostKind.BLOG),
    )
    for name, visible in (
        ("sora", {"open"}),
        ("minji", {"open", "company"}),
        ("junho", {"open", "company", "hidden"}),
    ):
        page = group.search("인수", name)
        assert {hit.post.id for hit in page.hits} == {f"sns:{id_}" for id_ in visible}
        assert page.posts == len(visible)
        assert sum(value.posts for value in page.facets["channel"]) == len(visible)
        assert ("인수-검토" in {value.name for value in page.facets["channel"]}) == (name == "junho")


def test_probes_and_their_rotations_do_not_tell_which_words_stand_in_hidden_posts(
    bilingual_group: Group,
) -> None:
    """Of each word one post, in every order: who may read these alone finds them alike, whatever others write."""
    words = ["인수", "실사", "매각", "감원", "소송", "합병", "특허", "횡령", "상장"]
    absent = ["등산", "바다", "소풍"]
    probes = [
        post(f"{turn}-{place}", f"{word} 관련 문의", by="minji", days=turn + 1)
        for turn in range(len(words + absent))
        for place, word in enumerate((words + absent)[turn:] + (words + absent)[:turn])
    ]
    bilingual_group.publish(*probes)
    asked = [" ".join(words + absent), *(f"{word} {other}" for word in words for other in absent)]
    before = [bilingual_group.found(question) for question in asked]
    bilingual_group.publish(
        *(
            post(f"hidden{number}", f"{word} 건으로 {word} 검토", by="junho", channel="sns:secret")
            for number, word in enumerate(words * 5)
        )
    )
    assert [bilingual_group.found(question) for question in asked] == before
    assert bilingual_group.found("인수 검토", "junho")[0].startswith("sns:hidden")


def test_a_hidden_accepted_answer_is_not_shown_with_the_thread(group: Group) -> None:
    group.publish(
        *answered(1, "성과급 언제 나오나요", "다음 주 금요일", asker="sora", by="junho", accepted=True)
    )
    group.write(post("q1a", "다음 주 금요일", by="junho", kind=PostKind.ANSWER, parent="sns:q1",
                     audience=("person:p:junho",), source_revision=2))  # fmt: skip
    [hit] = group.search("성과급").hits
    assert hit.answer is None


def test_an_embargo_hides_a_thread_from_everybody(group: Group) -> None:
    group.publish(post("1", "조직 개편 초안"), Denial(container="thread:sns:1"))
    assert group.found("조직 개편") == []


def test_an_empty_scope_finds_nothing(group: Group) -> None:
    group.publish(post("1", "조직 개편 초안"))
    page = find_answers(group.services, "조직 개편", Scope())
    assert (page.hits, page.posts, page.cursor) == ((), 0, None)


def test_filters_narrow_hits_counts_and_facets(group: Group) -> None:
    group.publish(post("1", "보안 교육 일정"), post("2", "보안 교육 자료", channel="sns:cloud"))
    page = group.search("보안 교육", filters=Filters(channels=frozenset({"sns:cloud"})))
    assert [hit.post.id for hit in page.hits] == ["sns:2"]
    assert page.posts == 1


def test_pages_follow_each_other_without_gap_or_repetition(group: Group) -> None:
    group.publish(*(post(str(number), f"회의실 예약 안내 {number}층") for number in range(7)))
    seen: list[str] = []
    cursor = None
    for _ in range(3):
        page = group.search("회의실 예약", limit=3, cursor=cursor)
        seen += [hit.post.id for hit in page.hits]
        cursor = page.cursor
    assert cursor is None
    assert sorted(seen) == [f"sns:{number}" for number in range(7)]


def test_a_cursor_holds_for_its_question_and_its_reader_only(group: Group) -> None:
    group.publish(*(post(str(number), f"회의실 예약 안내 {number}층") for number in range(5)))
    cursor = group.search("회의실 예약", limit=2).cursor
    assert cursor is not None
    with pytest.raises(BadInput):
        group.search("회의실", limit=2, cursor=cursor)
    with pytest.raises(BadInput):
        group.search("회의실 예약", "sora", limit=2, cursor=cursor)
    with pytest.raises(BadInput):
        group.search("회의실 예약", limit=2, cursor=cursor, filters=Filters(networks=frozenset({"sns"})))


def pages(group: Group, between: Callable[[int], None], limit: int = 3) -> list[list[str]]:
    """All pages of a question, with something that happens after each."""
    found: list[list[str]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = group.search("회의실 예약", limit=limit, cursor=cursor or None)
        found.append([hit.post.id for hit in page.hits])
        cursor = page.cursor
        between(len(found))
    return found


def test_pages_go_on_while_posts_come_go_and_are_edited(either_group: Group) -> None:
    group = either_group
    group.publish(*(post(str(number), f"회의실 예약 안내 {number}층") for number in range(12)))
    [first, *_] = pages(group, lambda _: None, limit=12)

    def happens(page: int) -> None:
        if page == 1:
            # Better than anything, so that all that was shown would move to the next page.
            group.publish(*(post(f"new{number}", "회의실 예약 회의실 예약") for number in range(5)))
        if page == 2:
            group.publish(gone(first[10][4:]), gone(first[0][4:]))
        if page == 3:
            group.publish(post(first[11][4:], "주차장 안내", source_revision=2),
                          post(first[1][4:], "회의실 예약 회의실", source_revision=2))  # fmt: skip

    seen = [id_ for page in pages(group, happens) for id_ in page]
    assert len(seen) == len(set(seen))
    assert set(first[:10]) <= set(seen)
    assert first[10] not in seen


def test_pages_go_on_over_rebuilds_and_past_what_was_closed_meanwhile(either_group: Group) -> None:
    group = either_group
    group.publish(*(post(str(number), f"회의실 예약 안내 {number}층") for number in range(12)))
    [first, *_] = pages(group, lambda _: None, limit=12)

    def happens(page: int) -> None:
        if page == 1:
            group.publish(post(first[11][4:], "회의실 예약 안내", channel="sns:secret", source_revision=2))
            group.publisher.rebuild()
        if page == 2:
            # Not published yet: the store knows it at once.
            group.write(post(first[10][4:], "회의실 예약 안내", channel="sns:secret", source_revision=2))
        if page == 3:
            group.publisher.rebuild()

    seen = [id_ for page in pages(group, happens) for id_ in page]
    assert seen == list(dict.fromkeys(seen))
    assert set(seen) == set(first[:10])


def test_what_was_shown_is_not_shown_again_in_another_thread(either_group: Group) -> None:
    group = either_group
    group.publish(*(post(str(number), f"회의실 예약 안내 {number}층") for number in range(6)),
                  post("reply", "회의실 예약 회의실 예약", parent="sns:root"))  # fmt: skip

    def happens(page: int) -> None:
        if page == 1:
            group.publish(post("root", "총무 공지"))

    seen = [id_ for page in pages(group, happens) for id_ in page]
    assert seen.count("sns:reply") == 1
    assert len(seen) == len(set(seen)) == 7


def test_more_new_posts_than_a_page_holds_push_nothing_out(either_group: Group) -> None:
    group = either_group
    group.publish(*(post(f"old{number}", f"회의실 예약 안내 {number}층") for number in range(MATCHES)))

    def happens(page: int) -> None:
        if page == 1:
            group.publish(*(post(f"new{number}", "회의실 예약 회의실 예약") for number in range(10)))

    seen = [id_ for page in pages(group, happens, limit=10) for id_ in page]
    assert len(seen) == len(set(seen))
    assert {f"sns:old{number}" for number in range(MATCHES)} <= set(seen)


def test_pages_end_and_a_cursor_never_outgrows_an_address(group: Group) -> None:
    group.publish(*(post(str(number), f"회의실 예약 안내 {number}층") for number in range(260)))
    cursor, turned = group.search("회의실 예약", limit=10).cursor, 1
    while cursor is not None:
        assert len(cursor) < 2_000
        cursor, turned = group.search("회의실 예약", limit=10, cursor=cursor).cursor, turned + 1
    assert turned > 10


@pytest.mark.parametrize("cursor", ["", "zz", "한글", "AAAA", "A" * 500, "=", "\ud800"])
def test_a_damaged_cursor_is_refused_or_means_the_first_page(group: Group, cursor: str) -> None:
    if cursor:
        with pytest.raises(BadInput):
            group.search("회의실", cursor=cursor)
    else:
        assert group.search("회의실", cursor=cursor).hits == ()


@pytest.mark.parametrize("text", ["", "  \n\t"])
def test_an_empty_question_is_refused(group: Group, text: str) -> None:
    with pytest.raises(BadInput):
        group.search(text)


@pytest.mark.parametrize(
    "text", ["\x00", "\ud800\udfff", "!!! ???", "🙂", "ㅋ" * 5_000, "가" * 1_000_000, '"AND (OR *:* ']
)
def test_odd_questions_find_nothing_and_break_nothing(group: Group, text: str) -> None:
    group.publish(post("1", "회의실 예약"))
    assert group.found(text) == []
