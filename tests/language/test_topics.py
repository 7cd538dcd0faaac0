"""What a post is filed under follows from what it says and from where it stands."""

import pytest

from models.language.annotation import TagRow
from models.language.topics import MARKED, TOPIC_WEIGHT, topics

VPN: TagRow = ("vpn", "VPN", "vocabulary", 0.9)


def keys(found: list[TagRow]) -> list[str]:
    return [key for key, *_ in found]


def weight_of(key: str, found: list[TagRow]) -> float:
    return next(weight for name, _, _, weight in found if name == key)


def test_what_people_marked_is_a_topic_and_comes_first() -> None:
    marked: TagRow = ("원가", "원가", "source", MARKED)
    found = topics([VPN, marked])
    assert keys(found) == ["원가", "vpn"]
    assert weight_of("원가", found) >= MARKED


def test_a_phrase_is_no_topic_and_neither_is_what_is_unlikely() -> None:
    assert topics([("점심", "점심", "phrase", 0.9), ("백업", "백업", "vocabulary", 0.15)]) == []


def test_a_reply_has_topics_of_its_question() -> None:
    answer = topics([], opener=[VPN], length=200, answers=True)
    assert [(key, kind) for key, _, kind, _ in answer] == [("vpn", "thread")]
    assert weight_of("vpn", answer) >= TOPIC_WEIGHT


def test_a_short_remark_has_none_of_them() -> None:
    assert topics([], opener=[("vpn", "VPN", "vocabulary", 0.6)], length=8) == []


def test_what_both_say_is_surer_than_what_the_question_says_alone() -> None:
    alone = topics([], opener=[VPN], length=200)
    both = topics([("vpn", "VPN", "vocabulary", 0.5)], opener=[VPN], length=200)
    assert weight_of("vpn", both) > weight_of("vpn", alone)


@pytest.mark.parametrize("place", [{"channel": [VPN]}, {"written_up": True}])
def test_a_channel_for_it_or_a_question_makes_a_subject_surer(place: dict[str, object]) -> None:
    named: TagRow = ("vpn", "VPN", "vocabulary", 0.7)
    plain = topics([named])
    placed = topics([named], **place)  # type: ignore[arg-type]
    assert weight_of("vpn", placed) > weight_of("vpn", plain)


def test_the_phrases_of_an_opener_are_not_inherited() -> None:
    assert topics([], opener=[("점심 메뉴", "점심 메뉴", "phrase", 0.9)], length=200) == []
