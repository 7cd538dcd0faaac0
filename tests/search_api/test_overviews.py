"""Topics, what a person knows, home and threads: all of it only as far as the viewer may see."""

from datetime import date

import pytest
from search_examples import NOW, Group, answered, post

from models.errors import NotFound
from models.records import Acceptance, Account, Channel, Employment, Membership, Person, PostKind, Reaction
from models.scope import Scope
from search_api.browse.latest import latest
from search_api.browse.people import knowledge_of
from search_api.browse.threads import as_tree, thread_of
from search_api.browse.topics import topic_overview


def test_a_topic_tells_its_names_answers_experts_and_recent_posts(group: Group) -> None:
    group.publish(
        *answered(1, "연차 이월 되나요", "삼월까지 쓰면 됩니다", asker="sora", by="junho", accepted=True),
        post(
            "doc", "연차는 입사일에 생깁니다", title="연차 안내", kind=PostKind.DOCUMENT, by="minji", days=100
        ),
        post("chat", "연차 내고 놀러 가요", by="taeyang", days=1),
    )
    topic = topic_overview(group.services, "연차", group.scope("minji"), at=NOW)
    assert (topic.topic.name, topic.topic.name_en, topic.topic.posts) == ("연차", "annual leave", 3)
    assert "연가" in topic.also
    assert topic.introduction
    assert topic.introduction.post.id == "sns:doc"
    # The answer does not say the word: it stands below a question that does.
    assert [rated.post.id for rated in topic.answers] == ["sns:q1a"]
    assert topic.experts[0].author.person == "p:junho"
    # Nor does a remark that drops the word belong to it.
    assert [rated.post.id for rated in topic.recent] == ["sns:q1a", "sns:q1", "sns:doc"]
    assert [bucket.value for bucket in topic.channels] == ["sns:plaza"]


def test_a_joke_is_no_answer_however_much_it_is_laughed_at(group: Group) -> None:
    group.publish(
        post("1", "VPN 느리다"),
        post("2", "VPN 말고 라면을 켜세요", by="junho", parent="sns:1", kind=PostKind.REPLY, days=5),
        Reaction(post="sns:2", kind="haha", count=9),
        Reaction(post="sns:2", kind="like", count=2),
        post("3", "VPN 인증서를 갱신하면 빨라져요", by="sora", parent="sns:1", kind=PostKind.REPLY, days=4),
        Reaction(post="sns:3", kind="thanks", count=4),
    )
    topic = topic_overview(group.services, "vpn", group.scope("minji"), at=NOW)
    assert [rated.post.id for rated in topic.answers] == ["sns:3"]
    assert knowledge_of(group.services, "p:junho", group.scope("minji"), recent=1, at=NOW).topics == ()


def test_related_topics_are_those_of_the_same_posts(group: Group) -> None:
    group.publish(
        *(post(f"a{n}", "글", tags=("주차", "정산")) for n in range(3)),
        *(post(f"b{n}", "글", tags=("정산", "출장")) for n in range(30)),
        post("c", "글", tags=("주차", "점심")),
    )
    topic = topic_overview(group.services, "주차", group.scope("minji"), at=NOW)
    assert [related.key for related in topic.related] == ["정산"]


def test_a_topic_is_computed_from_what_the_viewer_may_see(group: Group) -> None:
    group.publish(
        post("1", "공개", tags=("인수",), days=5),
        post("2", "비밀", by="junho", channel="sns:secret", tags=("인수", "매각가"), days=1),
        post("3", "비밀", by="junho", channel="sns:secret", tags=("인수", "매각가"), days=2),
    )
    seen = topic_overview(group.services, "인수", group.scope("minji"), at=NOW)
    assert (seen.topic.posts, [rated.post.id for rated in seen.recent]) == (1, ["sns:1"])
    assert seen.related == ()
    assert [bucket.value for bucket in seen.channels] == ["sns:plaza"]
    assert topic_overview(group.services, "인수", group.scope("junho"), at=NOW).topic.posts == 3
    for scope in (group.scope("minji"), Scope()):
        with pytest.raises(NotFound):
            topic_overview(group.services, "매각가", scope)


def test_a_topic_whose_last_post_is_gone_a_moment_ago_is_not_found(group: Group) -> None:
    group.publish(post("1", "글", tags=("주차",)))
    group.write(post("1", "고친 글", tags=("주차장",), edited=NOW))
    with pytest.raises(NotFound):
        topic_overview(group.services, "주차", group.scope("minji"))


def test_a_person_knows_what_they_answered_and_wrote_up(group: Group) -> None:
    group.publish(
        *answered(1, "VPN 접속이 안 돼요", "인증서를 갱신하세요", asker="sora", by="junho", accepted=True),
        *answered(2, "VPN 속도가 느려요", "전원을 껐다 켜세요", asker="sora", by="junho", accepted=False),
        post("ask", "연차 이월 되나요", by="junho", kind=PostKind.QUESTION),
        post("chat", "점심 뭐 먹지 #맛집", by="junho"),
    )
    known = knowledge_of(group.services, "p:junho", group.scope("minji"), recent=3, at=NOW)
    proofs = {it.topic.name: [rated.post.id for rated in it.evidence] for it in known.topics}
    assert proofs["VPN"] == ["sns:q1a", "sns:q2a"]
    assert proofs["인증서"] == ["sns:q1a"]
    names = {known.topic.key for known in known.topics} | {topic.key for topic in known.further}
    assert names.isdisjoint({"연차", "맛집"})
    assert known.accepted == 1
    assert [rated.post.id for rated in known.recent] == ["sns:ask", "sns:chat", "sns:q1a"]


def test_anonymous_and_hidden_posts_tell_nothing_of_a_person(group: Group) -> None:
    group.publish(
        *answered(1, "VPN 접속이 안 돼요", "인증서를 갱신하세요", asker="sora", by="taeyang", accepted=True),
        post("q1b", "VPN 장비를 바꾸세요", by="junho", parent="sns:q1", kind=PostKind.ANSWER, anonymous=True),
        post("s", "VPN 비상 계정", by="junho", channel="sns:secret", kind=PostKind.DOCUMENT),
        Acceptance(question="sns:q1", answer="sns:q1b"),
    )
    for viewer, posts in (("minji", []), ("junho", ["sns:s"])):
        known = knowledge_of(group.services, "p:junho", group.scope(viewer), recent=9, at=NOW)
        assert [rated.post.id for rated in known.recent] == posts
        assert known.accepted == 0
        assert bool(known.topics) == bool(posts)


def test_a_career_is_told_to_employees_the_latest_place_first(group: Group) -> None:
    group.write(
        Person(id="p:guest", name="손님", guest=True),
        Employment(
            person="p:sora", company="cloud", since=date(2020, 1, 1), until=date(2024, 1, 1), title="사원"
        ),
        Employment(person="p:sora", company="chips", since=date(2024, 1, 1), title="대리"),
    )
    career = group.store.profiles(["p:sora"], group.scope("minji"))["p:sora"].career
    assert [(place.company, place.title) for place in career[:2]] == [("chips", "대리"), ("cloud", "사원")]
    group.write(
        Account(id="sns:guest", network="sns", handle="guest", person="p:guest"),
        Channel(id="sns:desk", network="sns", name="창구", private=True),
        *(Membership(channel="sns:desk", account=f"sns:{name}") for name in ("guest", "sora")),
    )
    assert group.store.profiles(["p:sora"], group.scope("guest"))["p:sora"].career == ()
    assert group.store.profiles(["p:sora"], Scope()) == {}


def test_home_shows_questions_without_an_answer_and_fresh_solutions(group: Group) -> None:
    group.publish(
        *answered(1, "연차 이월 되나요", "됩니다", asker="sora", by="junho", accepted=True),
        *answered(2, "주차 되나요", "아마도요", asker="sora", by="junho", accepted=False),
        post("open", "정수기 필터는 누가 바꾸나요", kind=PostKind.QUESTION, days=3),
        post("joke", "저도 궁금", by="sora", parent="sns:open", kind=PostKind.COMMENT, days=2),
        post("hidden", "매각은 언제인가요", by="junho", channel="sns:secret", kind=PostKind.QUESTION, days=1),
    )
    seen = latest(group.services, group.scope("minji"))
    assert [rated.post.id for rated in seen.unanswered] == ["sns:open"]
    assert [(one.question.post.id, one.answer.post.id) for one in seen.solved] == [("sns:q1", "sns:q1a")]
    insider = latest(group.services, group.scope("junho"))
    assert [rated.post.id for rated in insider.unanswered] == ["sns:hidden", "sns:open"]


def test_an_answer_that_the_viewer_may_not_see_leaves_the_question_open(group: Group) -> None:
    group.publish(
        post("q", "매각은 언제인가요", kind=PostKind.QUESTION),
        post(
            "a", "유월입니다", by="junho", parent="sns:q", kind=PostKind.ANSWER, audience=("person:p:junho",)
        ),
        Acceptance(question="sns:q", answer="sns:a", created=NOW),
    )
    seen = latest(group.services, group.scope("minji"))
    assert ([rated.post.id for rated in seen.unanswered], seen.solved) == (["sns:q"], ())
    insider = latest(group.services, group.scope("junho"))
    assert (insider.unanswered, len(insider.solved)) == ((), 1)


def test_the_latest_solution_comes_first(group: Group) -> None:
    for number, moment in ((1, NOW), (2, NOW.replace(month=5))):
        group.publish(
            *answered(number, "되나요", "됩니다", asker="sora", by="junho", accepted=False),
            Acceptance(question=f"sns:q{number}", answer=f"sns:q{number}a", created=moment),
        )
    solved = group.store.browsing.solved_lately(group.scope("minji"), 5)
    assert [solution.question for solution in solved] == ["sns:q1", "sns:q2"]
    assert len(group.store.browsing.solved_lately(group.scope("minji"), 1)) == 1
    assert group.store.browsing.solved_lately(Scope(), 5) == []


def test_a_topic_trends_that_is_carried_more_often_than_before(group: Group) -> None:
    group.publish(
        *(post(f"old{n}", "글", tags=("출장",), days=40 + n) for n in range(90)),
        *(post(f"trip{n}", "글", tags=("출장",), days=n) for n in range(10)),
        *(post(f"new{n}", "글", tags=("화재 훈련",), days=n) for n in range(8)),
        *(post(f"dark{n}", "글", by="junho", channel="sns:secret", tags=("매각",), days=n) for n in range(9)),
    )
    trending = latest(group.services, group.scope("minji")).trending
    assert [topic.key for topic in trending] == ["화재 훈련", "출장"]
    assert "매각" in [topic.key for topic in latest(group.services, group.scope("junho")).trending]


def test_whoever_sees_nothing_finds_an_empty_home(group: Group) -> None:
    group.publish(post("1", "글", tags=("주차",)))
    seen = latest(group.services, Scope())
    assert (seen.unanswered, seen.solved, seen.recent, seen.trending) == ((), (), (), ())


def test_a_thread_reads_as_a_tree_with_what_was_accepted_first(group: Group) -> None:
    group.publish(
        *answered(1, "연차 이월 되나요", "모르겠어요", asker="sora", by="junho", accepted=False),
        post("b", "됩니다", by="minji", parent="sns:q1", kind=PostKind.ANSWER, days=5),
        post("a1", "저도요", by="sora", parent="sns:q1a", days=4),
        post("b1", "감사해요", by="sora", parent="sns:b", days=3),
        post("hidden", "비밀", by="junho", parent="sns:q1", audience=("person:p:junho",), days=2),
        post("below", "숨은 글의 답글", by="sora", parent="sns:hidden", days=1),
        Acceptance(question="sns:q1", answer="sns:b"),
    )
    tree = as_tree(thread_of(group.services, "sns:a1", group.scope("minji")))
    assert [(member.post.id, member.depth) for member in tree] == [
        ("sns:q1", 0), ("sns:b", 1), ("sns:b1", 2), ("sns:q1a", 1), ("sns:a1", 2), ("sns:below", 1),
    ]  # fmt: skip


def test_indentation_ends_somewhere(group: Group) -> None:
    chain = [post("0", "시작")]
    chain += [post(str(n), "답", parent=f"sns:{n - 1}", days=9 - n / 10) for n in range(1, 9)]
    group.publish(*chain)
    tree = as_tree(thread_of(group.services, "sns:8", group.scope("minji")))
    assert [member.depth for member in tree] == [0, 1, 2, 3, 4, 4, 4, 4, 4]


def test_reactions_of_a_person_are_known_to_them_by_all_their_accounts(group: Group) -> None:
    group.publish(post("1", "글"), Reaction(post="sns:1", kind="like", account="sns:junho"))
    assert group.store.participation.own("p:junho", ["sns:1"]).reactions == {("sns:1", "like", "sns:junho")}
    assert group.store.participation.own("p:minji", ["sns:1"]).reactions == set()
