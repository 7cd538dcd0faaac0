"""How any engine is rebuilt while it serves."""

from asking import count, match, near
from engine_examples import ALL, asks, entry, found, passage, publish, removal, vector

from indexer.engine import Engine


def test_a_rebuild_shows_when_it_is_finished_with_the_edits_and_deletions_that_came_meanwhile(
    engine: Engine,
) -> None:
    question = asks("규정", near=vector(1))
    old = [entry(f"p{number}", passage("규정 옛날", vector(1))) for number in range(4)]
    publish(engine, *old)
    identity = engine.identity

    rebuild = engine.begin_rebuild()
    rebuild.put(old[:2])
    edit = entry("p1", passage("규정 개정", vector(1)), revision=5)
    engine.put([edit])
    engine.drop([removal("p2", 6)])
    engine.commit()
    assert found(match(engine, question, ALL, 9)) == ["p0", "p1", "p3"]
    assert found(match(engine, asks("개정"), ALL, 9)) == ["p1"]
    assert engine.identity == identity

    rebuild.put(old[2:])  # the snapshot still holds what was dropped in the meantime
    rebuild.put([edit])
    rebuild.drop([removal("p2", 6)])
    assert found(match(engine, question, ALL, 9)) == ["p0", "p1", "p3"]
    rebuild.finish()

    assert (
        found(match(engine, question, ALL, 9)) == found(near(engine, question, ALL, 9)) == ["p0", "p1", "p3"]
    )
    assert found(match(engine, asks("개정"), ALL, 9)) == ["p1"]
    assert sorted(engine.revisions()) == [("p0", 1), ("p1", 5), ("p3", 1)]
    assert engine.identity != identity


def test_a_rebuilt_engine_takes_writes_and_remembers_what_was_dropped(engine: Engine) -> None:
    publish(engine, entry("p1", "규정"))
    rebuild = engine.begin_rebuild()
    rebuild.put([entry("p1", passage("규정", vector(1)))])
    rebuild.drop([removal("p2", 4)])
    rebuild.finish()
    generation = engine.generation
    publish(engine, entry("p2", "규정", revision=3), entry("p3", passage("규정", vector(1))))
    assert found(match(engine, asks("규정"), ALL, 9)) == ["p1", "p3"]
    assert found(near(engine, asks(near=vector(1)), ALL, 9)) == ["p1", "p3"]
    assert engine.generation != generation


def test_a_late_snapshot_does_not_overwrite_what_was_replayed(engine: Engine) -> None:
    rebuild = engine.begin_rebuild()
    rebuild.put([entry("p1", "규정 개정", revision=5)])
    rebuild.put([entry("p1", "규정 옛날", revision=1)])
    rebuild.finish()
    assert count(engine, asks("옛날"), ALL) == 0
    assert count(engine, asks("개정"), ALL) == 1


def test_an_abandoned_rebuild_leaves_everything_as_it_was(engine: Engine) -> None:
    publish(engine, entry("p1", "규정"))
    identity, generation = engine.identity, engine.generation
    rebuild = engine.begin_rebuild()
    rebuild.put([entry("p2", "규정")])
    rebuild.abandon()
    assert found(match(engine, asks("규정"), ALL, 9)) == ["p1"]
    assert (engine.identity, engine.generation) == (identity, generation)
    publish(engine, entry("p3", "규정"))
    assert found(match(engine, asks("규정"), ALL, 9)) == ["p1", "p3"]


def test_an_empty_rebuild_empties_the_index(engine: Engine) -> None:
    publish(engine, entry("p1", passage("규정", vector(1)), suggestions=("규정",)))
    engine.begin_rebuild().finish()
    assert match(engine, asks("규정"), ALL, 9) == near(engine, asks(near=vector(1)), ALL, 9) == ()
    assert engine.suggest("규", ALL, 9) == ()
    assert list(engine.revisions()) == []
