from datetime import datetime, timedelta

import pytest
from search_examples import NOW, Group, answered, gone, post

from models.errors import BadInput
from models.records import (
    Acceptance,
    Account,
    Denial,
    Employment,
    Person,
    PostKind,
    Reaction,
    Record,
    Verification,
)
from models.scope import Scope
from search_api.experts.evidence import Reason
from search_api.experts.finding import Expert, find_experts
from search_api.query.analyzed import analyze
from search_api.query.saying import asked_forms

TOPIC = "쿠버네티스 인증서 갱신"


def experts(group: Group, text: str = TOPIC, name: str = "minji", at: datetime = NOW) -> list[Expert]:
    return find_experts(group.services, text, group.scope(name), at=at)


def names(group: Group, text: str = TOPIC, name: str = "minji") -> list[str]:
    return [expert.author.handle for expert in experts(group, text, name)]


def answers(by: str, count: int = 2, *, accepted: bool = True, first: int = 1) -> list[Record]:
    return [
        record
        for number in range(first, first + count)
        for record in answered(
            number,
            f"쿠버네티스 인증서 갱신 오류 {number}번이 납니다",
            f"인증서 갱신은 kubeadm certs renew {number}로 하고 재시작하세요",
            asker="sora",
            by=by,
            accepted=accepted,
        )
    ]


def test_two_accepted_answers_outrank_sixty_passing_mentions(group: Group) -> None:
    chatter = [
        post(f"c{number}", f"쿠버네티스 인증서 갱신 또 하네요 화이팅 {number}", by="taeyang", days=1)
        for number in range(60)
    ]
    group.publish(*chatter, *answers("junho"))
    assert names(group)[0] == "junho"


def test_chatter_that_fills_all_candidates_does_not_hide_who_answers(group: Group) -> None:
    chatter = [post(f"c{number}", "쿠버네티스 인증서 갱신", by="taeyang", days=1) for number in range(400)]
    group.publish(*chatter, *answers("junho"))
    assert names(group)[0] == "junho"


def test_sixty_remarks_in_others_threads_do_not_outrank_two_accepted_answers(group: Group) -> None:
    records: list[Record] = []
    for number in range(60):
        records += [
            post(f"t{number}", f"쿠버네티스 공지 {number}", by="sora", days=3),
            post(f"c{number}", "쿠버네티스 인증서 갱신 저도 궁금해요", by="taeyang", kind=PostKind.COMMENT,
                 parent=f"sns:t{number}", days=2),
        ]  # fmt: skip
    group.publish(*records, *answers("junho"))
    assert names(group)[0] == "junho"


def test_who_asks_is_no_expert_and_who_answers_is_even_without_the_words(group: Group) -> None:
    group.publish(
        *answered(
            1,
            "쿠버네티스 인증서 갱신 방법",
            "kubeadm certs renew all",
            asker="sora",
            by="junho",
            accepted=False,
        )
    )
    assert names(group) == ["junho"]


def test_thanking_in_ones_own_thread_proves_nothing(group: Group) -> None:
    group.publish(
        *answers("junho", 1),
        post(
            "thanks",
            "쿠버네티스 인증서 갱신 됐습니다 감사합니다",
            by="sora",
            kind=PostKind.REPLY,
            parent="sns:q1",
        ),
    )
    assert names(group) == ["junho"]


def test_an_accepted_answer_to_ones_own_question_counts(group: Group) -> None:
    group.publish(
        *answered(1, "쿠버네티스 인증서 갱신", "인증서 갱신 해결", asker="sora", by="sora", accepted=True)
    )
    assert names(group) == ["sora"]


def test_one_long_thread_makes_nobody_an_expert_many_times_over(group: Group) -> None:
    said = "쿠버네티스 인증서 갱신 답변입니다"
    monologue = [
        post(f"m{number}", said, by="taeyang", kind=PostKind.ANSWER, parent="sns:q9") for number in range(30)
    ]
    group.publish(post("q9", TOPIC, by="sora", kind=PostKind.QUESTION), *monologue)
    for number in (1, 2):
        group.publish(*answered(number, TOPIC, said, asker="sora", by="junho", accepted=False))
    first, second = experts(group)
    assert (first.author.handle, len(first.evidence)) == ("junho", 2)
    assert (second.author.handle, len(second.evidence)) == ("taeyang", 1)


def test_the_evidence_says_why(group: Group) -> None:
    group.publish(*answers("junho", 1), Reaction(post="sns:q1a", kind="like", count=5))
    [expert] = experts(group)
    [evidence] = expert.evidence
    assert evidence.post.id == "sns:q1a"
    assert evidence.why == (Reason.ACCEPTED, Reason.REACTIONS, Reason.RECENT)
    assert {evidence.snippet.text[start:end] for start, end in evidence.snippet.highlights} == {
        "인증서",
        "갱신",
    }
    assert expert.person is not None
    assert expert.person.name == "박준호"


def test_recent_answers_count_more_than_old_ones(group: Group) -> None:
    group.publish(*answers("junho", 1, accepted=False), *answers("taeyang", 1, accepted=False, first=2))
    group.publish(
        post("q2a", "인증서 갱신은 kubeadm certs renew 2로 하고 재시작하세요", by="taeyang", kind=PostKind.ANSWER,
             parent="sns:q2", days=900, source_revision=2)
    )  # fmt: skip
    assert names(group) == ["junho", "taeyang"]


def test_anonymous_posts_and_bots_are_never_counted(group: Group) -> None:
    group.publish(
        Account(id="sns:bot", network="sns", handle="bot", bot=True),
        post("q1", "쿠버네티스 인증서 갱신 방법", by="sora", kind=PostKind.QUESTION),
        post("a1", "쿠버네티스 인증서 갱신 안내", by="bot", kind=PostKind.ANSWER, parent="sns:q1"),
        post(
            "a2",
            "쿠버네티스 인증서 갱신 비밀",
            by="junho",
            kind=PostKind.ANSWER,
            parent="sns:q1",
            anonymous=True,
        ),
    )
    assert experts(group) == []


def test_who_has_left_is_not_named(group: Group) -> None:
    group.publish(*answers("junho", 1), *answers("taeyang", 1, first=2))
    group.write(
        Employment(
            person="p:junho", company="cloud", unit="platform", until=(NOW - timedelta(days=30)).date()
        )
    )
    assert names(group) == ["taeyang"]


def test_two_accounts_of_one_person_add_up(group: Group) -> None:
    group.publish(
        Account(id="sns:junho2", network="sns", handle="junho2"),
        *answers("junho", 1, accepted=False), *answers("junho2", 1, accepted=False, first=2),
        *answers("taeyang", 1, accepted=False, first=3),
    )  # fmt: skip
    assert len(experts(group)) == 3
    group.write(Account(id="sns:junho2", network="sns", handle="junho2", person="p:junho"))
    first, second = experts(group)
    assert first.person is not None
    assert first.person.id == "p:junho"
    assert len(first.evidence) == 2
    assert second.author.handle == "taeyang"


def test_an_account_that_belongs_to_nobody_known_is_named_by_itself(group: Group) -> None:
    group.publish(Account(id="sns:guest", network="sns", handle="guest"), *answers("guest", 1))
    [expert] = experts(group)
    assert (expert.person, expert.author.account) == (None, "sns:guest")


def test_hidden_and_deleted_posts_make_no_experts(group: Group) -> None:
    group.publish(
        *answers("junho", 1),
        post("h", "쿠버네티스 인증서 갱신 문서", by="taeyang", kind=PostKind.DOCUMENT, channel="sns:secret"),
    )
    assert names(group) == ["junho"]
    assert names(group, name="junho") == ["junho", "taeyang"]
    group.write(gone("q1a"))
    assert names(group) == []
    assert find_experts(group.services, TOPIC, Scope()) == []


@pytest.mark.parametrize(
    "text", ["김치찌개 끓이는 방법", "asdfqwer", "🙂", "인증서 발급 비용 정산 규정 문의"]
)
def test_nobody_is_named_where_the_evidence_is_thin(group: Group, text: str) -> None:
    group.publish(
        *answers("junho"), post("1", "출장 신청 방법은 포털에 있습니다", by="taeyang", kind=PostKind.BLOG)
    )
    assert names(group, text) == []


def test_what_was_put_right_or_replaced_speaks_less_for_who_wrote_it_as_far_as_one_may_know(
    group: Group,
) -> None:
    group.publish(*answers("junho", accepted=False), *answers("taeyang", accepted=False, first=3))
    first, second = names(group)
    firsts = {"junho": (1, 2), "taeyang": (3, 4)}[first]
    group.publish(*(post(f"new{number}", "이제 자동으로 됩니다", by="sora", days=2) for number in firsts))
    for number in firsts:
        group.store.successions.decide(f"sns:q{number}a", f"sns:new{number}", "p:sora", holds=True)
    assert names(group) == [second, first]
    group.publish(*(Denial(container=f"thread:sns:new{number}", person="p:minji") for number in firsts))
    assert names(group) == [first, second]
    assert names(group, name="sora") == [second, first]


def test_an_empty_question_is_refused(group: Group) -> None:
    with pytest.raises(BadInput):
        experts(group, "  ")


def test_words_that_everybody_says_are_no_evidence(group: Group) -> None:
    group.publish(
        *answered(
            1,
            "휴가 결재가 안 됩니다",
            "지금은 안 되고 내일부터 됩니다",
            asker="sora",
            by="taeyang",
            accepted=True,
        ),
        *answered(
            2,
            "VPN 접속이 끊겨요",
            "VPN 접속 프로그램을 다시 설치하세요",
            asker="sora",
            by="junho",
            accepted=False,
        ),
    )
    assert names(group, "VPN 접속이 안 돼요") == ["junho"]


def test_words_of_negation_make_no_expert_of_another_matter(group: Group) -> None:
    group.publish(
        *answered(1, "첫 달에 휴가가 안 되나요", "안 될 리가요, 됩니다", asker="sora", by="taeyang", accepted=True),
        *answered(2, "VPN이 끊겨요", "VPN 인증서를 갱신하세요", asker="sora", by="junho", accepted=True),
    )  # fmt: skip
    assert names(group, "VPN 안 됨") == ["junho"]


def jokes(count: int, by: str = "taeyang") -> list[Record]:
    return [
        record
        for number in range(count)
        for record in (
            post(f"j{number}", f"VPN이 끊겨요 {number}", by="sora", kind=PostKind.QUESTION),
            post(f"j{number}a", "VPN 끊기면 커피 마시러 갑니다", by=by, kind=PostKind.REPLY, parent=f"sns:j{number}"),
        )
    ]  # fmt: skip


def test_one_joke_and_applauded_mentions_make_no_expert(group: Group) -> None:
    mentions = [post(f"m{number}", f"오늘도 VPN {number}", by="taeyang") for number in range(20)]
    group.publish(*jokes(1), *mentions, Reaction(post="sns:m1", kind="haha", count=9))
    assert names(group, "VPN") == []


@pytest.mark.parametrize(
    "proof",
    [
        [Acceptance(question="sns:j0", answer="sns:j0a")],
        [Verification(post="sns:j0a", person="p:sora")],
        [Reaction(post="sns:j0a", kind="like", count=3)],
    ],
)
def test_a_reply_that_others_stand_behind_makes_an_expert(group: Group, proof: list[Record]) -> None:
    group.publish(*jokes(1), *proof)
    assert names(group, "VPN") == ["taeyang"]


def test_who_replies_in_several_threads_is_named_without_any_proof(group: Group) -> None:
    group.publish(*jokes(3))
    assert names(group, "VPN") == ["taeyang"]


def test_who_has_left_by_the_word_of_a_source_is_not_named(group: Group) -> None:
    group.publish(*answers("junho", 1), *answers("taeyang", 1, first=2))
    group.write(Person(id="p:junho", name="박준호", left=True))
    assert names(group) == ["taeyang"]


def test_the_lesser_half_of_a_question_is_no_evidence(group: Group) -> None:
    group.publish(
        *answered(1, "피싱 접속 기록", "기록은 지웠습니다", asker="sora", by="taeyang", accepted=True),
        *answered(2, "VPN 접속이 끊겨요", "인증서를 갱신하세요", asker="sora", by="junho", accepted=True),
    )
    assert names(group, "VPN 접속이 안 돼요") == ["junho"]


@pytest.mark.parametrize("text", ["쿠버네티스 양자", "인증서 발효"])
def test_one_word_of_two_is_another_subject(group: Group, text: str) -> None:
    group.publish(*answers("junho"))

    assert names(group, text) == []
    assert names(group, text.split()[0]) == ["junho"]


@pytest.mark.parametrize("asking", ["잘 아는 분", "아시는 분 소개", "잘 아나요", "잘 알아요", "아는 사람"])
def test_to_know_is_no_part_of_what_somebody_should_know(group: Group, asking: str) -> None:
    words = analyze(group.services.annotator, f"캠핑카 {asking}").subject

    assert {form for word in words for form in asked_forms([word])}.isdisjoint({"아", "알"})
