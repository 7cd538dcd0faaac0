"""Posts are filed under topics at publication, replies also by what opened their thread."""

from datetime import UTC, datetime

from asking import match
from parts import EVERYONE, Parts, post

from indexer.engine import Filters, Question
from models.records import Channel, Deletion, PostKind
from models.scope import Scope

LATER = datetime(2026, 3, 3, 9, tzinfo=UTC)
ANSWER = "설정 화면에서 갱신 단추를 누르고 프로그램을 완전히 껐다가 다시 켜시면 됩니다. 창만 닫으면 소용이 없습니다."
MEMBER = Scope(frozenset({"everyone", "channel:sns:lab"}))


def filed(parts: Parts, topic: str, scope: Scope = EVERYONE) -> set[str]:
    question = Question(browse=True, filters=Filters(topics=frozenset({topic})))
    return {hit.post for hit in match(parts.engine, question, scope, 50)}


def asked(**given: object) -> list[object]:
    question = {"title": "VPN이 자꾸 끊겨요", "kind": PostKind.QUESTION, **given}
    answer = {"parent": "sns:1", "kind": PostKind.ANSWER}
    return [post(1, "VPN 접속이 5분마다 끊깁니다", **question), post(2, ANSWER, **answer)]


def test_an_answer_is_filed_under_what_its_question_is_about(parts: Parts) -> None:
    parts.write(*asked())
    parts.publisher.publish()
    assert filed(parts, "vpn") == {"sns:1", "sns:2"}
    topics = parts.store.browsing.topics(["sns:2"], EVERYONE)["sns:2"]
    assert {(tag.key, tag.kind) for tag in topics if tag.kind != "phrase"} == {("vpn", "thread")}


def test_an_answer_that_comes_in_a_later_run_is_filed_all_the_same(parts: Parts) -> None:
    question, answer = asked()
    parts.write(question)
    parts.publisher.publish()
    parts.write(answer)
    parts.publisher.publish()
    assert filed(parts, "vpn") == {"sns:1", "sns:2"}


def test_a_deleted_or_changed_question_takes_its_topics_from_the_answers(parts: Parts) -> None:
    parts.write(*asked())
    parts.publisher.publish()
    parts.write(
        post(1, "지게차는 누가 몰 수 있나요", title="지게차 면허", kind=PostKind.QUESTION, edited=LATER)
    )
    parts.publisher.publish()
    assert filed(parts, "vpn") == set()
    assert filed(parts, "지게차") == {"sns:1", "sns:2"}
    parts.write(Deletion(post="sns:1"))
    parts.publisher.publish()
    assert filed(parts, "지게차") == set()


def test_nothing_is_taken_from_a_question_that_fewer_may_read(parts: Parts) -> None:
    parts.write(*asked(audience=("channel:sns:lab",)))
    parts.publisher.publish()
    assert filed(parts, "vpn", MEMBER) == {"sns:1"}


def test_what_a_thread_is_about_is_not_suggested_for_a_reply(parts: Parts) -> None:
    parts.write(*asked())
    parts.publisher.publish()
    [suggestion] = parts.engine.suggest("VPN", EVERYONE, 5)[:1]
    assert suggestion.posts == 1


def test_a_rebuild_files_as_publishing_did(parts: Parts) -> None:
    parts.write(*asked())
    parts.publisher.publish()
    parts.publisher.rebuild()
    assert filed(parts, "vpn") == {"sns:1", "sns:2"}


def test_a_channel_for_the_subject_makes_the_difference(parts: Parts) -> None:
    text = "오늘 오전에 협력사 두 곳과 이야기했는데 이번 달 납품분은 압축공기 쪽이 늦어진다고 합니다"
    parts.write(
        Channel(id="sns:air", network="sns", name="압축공기", description="압축공기와 컴프레서 이야기"),
        post(1, text),
        post(2, text, channel="sns:air"),
    )
    parts.publisher.publish()
    weights = {
        id_: max((tag.weight for tag in topics if tag.key == "압축공기"), default=0.0)
        for id_, topics in parts.store.browsing.topics(["sns:1", "sns:2"], EVERYONE).items()
    }
    assert weights["sns:2"] > weights["sns:1"]


def test_a_hidden_channel_says_nothing_of_a_post_that_others_may_read(parts: Parts) -> None:
    text = "오늘 오전에 협력사 두 곳과 이야기했는데 이번 달 납품분은 압축공기 쪽이 늦어진다고 합니다"
    about = {"name": "압축공기", "description": "압축공기와 컴프레서 이야기", "private": True}
    parts.write(
        Channel(id="sns:air", network="sns", **about),  # type: ignore[arg-type]
        post(1, text),
        post(2, text, channel="sns:air", audience=("everyone", "channel:sns:air")),
        post(3, text, channel="sns:air"),
    )
    parts.publisher.publish()
    insider = Scope(frozenset({"everyone", "channel:sns:air"}))
    weights = {
        id_: max((tag.weight for tag in topics if tag.key == "압축공기"), default=0.0)
        for id_, topics in parts.store.browsing.topics(["sns:1", "sns:2", "sns:3"], insider).items()
    }
    assert weights["sns:1"] == weights["sns:2"] < weights["sns:3"]
