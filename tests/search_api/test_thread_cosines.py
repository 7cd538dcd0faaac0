"""Questions are compared with whole threads, as far as their asker sees them."""

import numpy as np
import pytest
from search_examples import NOW, Group, post

from models.language.packing import STORED, FirstVector
from models.records import Channel, Deletion, Denial, Post, PostKind
from search_api.query.analyzed import analyze
from search_api.retrieval.candidate import CandidateFeatures, left_open
from search_api.retrieval.retrieve import COMPARED_POSTS, retrieve
from search_api.retrieval.thread_cosines import UNLIKE, thread_cosines

ASKED = {"a+b": np.array([0.6, 0.0, 0.8], np.float32)}


def kept(*numbers: float, by: str = "a+b") -> FirstVector:
    return FirstVector(by, np.array(numbers, STORED).tobytes())


def test_a_thread_is_compared_by_the_sum_of_its_posts_and_by_what_opened_it() -> None:
    found = thread_cosines(ASKED, {"1": {"1": kept(1, 0, 0), "2": kept(0, 0, 1)}, "3": {"3": kept(0, 1, 0)}})
    assert found["1"] == pytest.approx((0.6, 1.4 / 2**0.5), abs=1e-3)
    assert found["3"] == UNLIKE


def test_what_has_the_first_part_of_its_vector_alone_is_compared_by_that() -> None:
    found = thread_cosines(ASKED, {"1": {"1": kept(1, 0, by="a")}})
    assert found["1"] == pytest.approx((0.6, 0.6), abs=1e-3)


def test_without_what_opened_it_a_thread_is_compared_by_its_replies() -> None:
    """It has been changed, and is not read again yet."""
    found = thread_cosines(ASKED, {"1": {"2": kept(0, 0, 1)}})
    assert found["1"] == pytest.approx((0.0, 0.8), abs=1e-3)


def test_another_encoders_vectors_are_compared_with_nothing() -> None:
    assert thread_cosines(ASKED, {"1": {"1": kept(1, 0, 0, by="c")}}) == {}


def test_while_one_encoder_takes_over_from_another_both_read_their_own() -> None:
    asked = {"a+b": ASKED["a+b"], "c": np.array([0.0, 1.0], np.float32)}
    found = thread_cosines(asked, {"1": {"1": kept(1, 0, 0)}, "2": {"2": kept(0, 1, by="c")}})
    assert found["1"].thread == pytest.approx(0.6, abs=1e-3)
    assert found["2"].thread == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize(("words", "share"), [([], 1.0), ([0.0], 1.0), ([0.75, 0.1], 0.5), ([1.7], 0.0)])
def test_words_leave_open_what_the_best_of_them_does_not_say(words: list[float], share: float) -> None:
    assert left_open(words) == share


QUESTION = "밤에 설비 알람이 너무 많이 울려요"
REPLY = "경보 기준값을 올리고 담당자를 나누세요"


def features(
    group: Group, name: str, id_: str = "sns:2", asked: str = "야간 경보 담당자"
) -> CandidateFeatures:
    query = analyze(group.services.annotator, asked)
    found = retrieve(group.services, query, group.scope(name)).candidates
    return next(one.features for one in found if one.post == id_)


def thread(*, audience: tuple[str, ...] | None = None) -> list[Post]:
    opener = (
        post("1", QUESTION, days=9) if audience is None else post("1", QUESTION, days=9, audience=audience)
    )
    return [opener, post("2", REPLY, parent="sns:1", kind=PostKind.REPLY, days=8)]


def test_a_reply_is_compared_with_its_thread_too(stored_group: Group) -> None:
    stored_group.publish(*thread())
    found = features(stored_group, "minji")
    assert 0 < found.opener != found.thread > 0


def test_a_post_that_is_alone_is_its_whole_thread_for_those_who_see_it(stored_group: Group) -> None:
    stored_group.publish(post("1", REPLY, audience=("person:p:junho",)), post("2", REPLY))
    read = stored_group.store.browsing.thread_vectors
    minji, junho = stored_group.scope("minji"), stored_group.scope("junho")
    assert read((), junho, COMPARED_POSTS, alone=["sns:1", "sns:2"]) == read(
        ["sns:1", "sns:2"], junho, COMPARED_POSTS
    )
    assert read((), minji, COMPARED_POSTS, alone=["sns:1", "sns:2"]).keys() == {"sns:2"}
    stored_group.write(Denial(container="thread:sns:2", person="p:minji"))
    assert read((), stored_group.scope("minji"), COMPARED_POSTS, alone=["sns:2"]) == {}


def test_what_a_viewer_may_not_see_of_a_thread_changes_nothing_for_them(stored_group: Group) -> None:
    """As if the reply stood alone: it is what opens the thread that they know of."""
    stored_group.publish(*thread(audience=("person:p:junho",)))
    hidden, seen = features(stored_group, "minji"), features(stored_group, "junho")
    assert hidden.opener == pytest.approx(hidden.thread, abs=1e-4)
    assert seen.thread != pytest.approx(hidden.thread, abs=1e-2)
    stored_group.publish(Deletion(post="sns:1", deleted=NOW))
    assert features(stored_group, "minji").thread == pytest.approx(hidden.thread, abs=1e-4)


def test_a_reply_in_a_channel_that_is_closed_is_not_compared_with_at_once(stored_group: Group) -> None:
    stored_group.publish(
        Channel(id="sns:side", network="sns", name="곁"),
        *thread(),
        post(
            "3", "구내식당 메뉴가 바뀝니다", parent="sns:1", kind=PostKind.REPLY, channel="sns:side", days=7
        ),
    )
    before = features(stored_group, "minji")
    stored_group.write(Denial(container="channel:sns:side", person="p:minji"))
    denied = features(stored_group, "minji")
    assert denied.opener == pytest.approx(before.opener)
    assert denied.thread != pytest.approx(before.thread)
    assert features(stored_group, "junho").thread == pytest.approx(before.thread)
    stored_group.write(Channel(id="sns:side", network="sns", name="곁", private=True))
    assert features(stored_group, "junho").thread == pytest.approx(denied.thread)


def test_of_a_long_thread_the_first_posts_count(stored_group: Group) -> None:
    stored_group.publish(*thread())
    further = (
        post(
            f"n{number}",
            "경보 담당자를 정했습니다",
            parent="sns:1",
            kind=PostKind.REPLY,
            days=7 - number / 100,
        )
        for number in range(COMPARED_POSTS - 2)
    )
    stored_group.publish(*further)
    before = features(stored_group, "minji").thread
    stored_group.publish(post("late", "구내식당 메뉴", parent="sns:1", kind=PostKind.REPLY, days=1))
    assert features(stored_group, "minji").thread == pytest.approx(before)


def test_where_words_say_all_of_it_nothing_is_compared(stored_group: Group) -> None:
    stored_group.publish(*thread())
    found = features(stored_group, "minji", asked="경보 기준값")
    assert found.words >= 1
    assert (found.opener, found.thread) == (0.0, 0.0)
