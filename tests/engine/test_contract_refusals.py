"""What any engine does with writes that fail: the old version stays, and trying again works."""

from collections.abc import Iterator

import pytest
from asking import count, match, near
from engine_examples import ALL, asks, entry, found, passage, publish, removal, vector

from indexer.engine import Engine, Entry, Removal
from models.errors import PostsRefused

MISFIT = passage("출장", vector(1)[:3])


def test_a_refused_post_costs_no_other_and_its_old_version_stays(engine: Engine) -> None:
    publish(engine, entry("p2", passage("휴가", vector(1))))
    changes = [entry("p1", "출장"), entry("p2", MISFIT, revision=2), entry("p3", "출장"), entry("p4", MISFIT)]
    with pytest.raises(PostsRefused, match=r"p2 .*dimension.*; p4 ") as refusal:
        engine.put(changes)
    assert tuple(refusal.value.reasons) == ("p2", "p4")
    engine.commit()
    assert sorted(found(match(engine, asks("출장"), ALL, 9))) == ["p1", "p3"]
    assert found(match(engine, asks("휴가"), ALL, 9)) == ["p2"]
    assert found(near(engine, asks(near=vector(1)), ALL, 9)) == ["p2"]

    publish(engine, entry("p2", passage("출장", vector(0, 1)), revision=2))
    assert sorted(engine.revisions()) == [("p1", 1), ("p2", 2), ("p3", 1)]
    assert count(engine, asks("휴가"), ALL) == 0


def test_a_rebuild_takes_all_posts_but_the_refused(engine: Engine) -> None:
    rebuild = engine.begin_rebuild()
    with pytest.raises(PostsRefused) as refusal:
        rebuild.put([entry("p1", "휴가"), entry("p2", MISFIT), entry("p3", "휴가")])
    rebuild.finish()
    assert tuple(refusal.value.reasons) == ("p2",)
    assert sorted(engine.revisions()) == [("p1", 1), ("p3", 1)]


def test_puts_that_end_in_the_middle_are_done_again(engine: Engine) -> None:
    publish(engine, entry("p1", passage("휴가", vector(1))))
    changes = [entry("p1", passage("출장", vector(0, 1)), revision=2), entry("p2", "출장")]

    def interrupted() -> Iterator[Entry]:
        yield changes[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.put(interrupted())
    assert found(match(engine, asks("휴가"), ALL, 9)) == ["p1"]
    publish(engine, *changes)
    assert sorted(found(match(engine, asks("출장"), ALL, 9))) == ["p1", "p2"]
    assert count(engine, asks("휴가"), ALL) == 0


def test_drops_that_end_in_the_middle_are_done_again(engine: Engine) -> None:
    publish(engine, entry("p1", passage("휴가", vector(1))), entry("p2", passage("휴가", vector(1))))

    def interrupted() -> Iterator[Removal]:
        yield removal("p1", 2)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.drop(interrupted())
    assert found(match(engine, asks("휴가"), ALL, 9)) == ["p1", "p2"]
    engine.drop([removal("p1", 2), removal("p2", 2)])
    engine.commit()
    assert list(engine.revisions()) == []
    assert near(engine, asks(near=vector(1)), ALL, 9) == ()
