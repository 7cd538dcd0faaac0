"""What any engine does when the encoder has changed: words go on, vectors wait for a rebuild."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from asking import ask, match, near
from engine_examples import ALL, FINGERPRINT, asks, entry, found, passage, publish, vector

from indexer.engine import Engine, Fingerprint

SAME_SIZE = Fingerprint(analyzer="test", embedder="모델 2", dimensions=8)
SMALLER = Fingerprint(analyzer="test", embedder="작은 모델", dimensions=4)
NONE = Fingerprint(analyzer="test")

Reopened = Callable[[Fingerprint], Engine]


def test_an_engine_of_the_same_encoder_has_current_vectors(engine: Engine, reopened: Reopened) -> None:
    publish(engine, entry("p1", passage("휴가", vector(1))))
    again = reopened(FINGERPRINT)
    assert engine.name == again.name
    assert again.vectors_current
    assert found(near(again, asks(near=vector(1)), ALL, 5)) == ["p1"]


@pytest.mark.parametrize("changed", [SAME_SIZE, SMALLER, NONE])
def test_words_answer_alone_under_another_encoder_until_a_rebuild(
    engine: Engine, reopened: Reopened, changed: Fingerprint
) -> None:
    publish(engine, entry("p1", passage("휴가 신청", vector(1))), entry("p2", passage("휴가", vector(1))))
    engine = reopened(changed)
    assert not engine.vectors_current
    new = np.eye(changed.dimensions or 8, dtype=np.float32)[0]
    question = asks("휴가", near=new, by=changed.embedder)
    publish(engine, entry("p2", passage("출장", new), revision=2), entry("p3", passage("휴가", new)))
    answer = ask(engine, replace(question, match=9, near=9), ALL)
    assert sorted(found(answer.match)) == ["p1", "p3"]
    assert answer.near == near(engine, question, ALL, 9) == ()
    assert not engine.vectors_current

    rebuild = engine.begin_rebuild()
    rebuild.put([entry("p1", passage("휴가", new))])
    assert not engine.vectors_current
    rebuild.finish()
    assert engine.vectors_current
    publish(engine, entry("p4", passage("휴가", new)))
    nearest = ["p1", "p4"] if changed.dimensions else []
    assert found(near(engine, question, ALL, 9)) == nearest
    assert sorted(found(match(engine, question, ALL, 9))) == ["p1", "p4"]


@pytest.mark.parametrize("changed", [SAME_SIZE, SMALLER])
def test_the_old_vectors_answer_until_those_of_another_encoder_are_swapped_in(
    engine: Engine, changed: Fingerprint
) -> None:
    old, new = vector(1), np.eye(changed.dimensions or 8, dtype=np.float32)[0]
    publish(engine, entry("p1", passage("휴가", old)), entry("p2", passage("출장", vector(0, 1))))
    both = replace(asks(), vector={FINGERPRINT.embedder or "": old, changed.embedder or "": new}, near=1)
    rebuild = engine.begin_rebuild(changed)
    rebuild.put([entry("p2", passage("출장", new))])
    assert engine.embedder == FINGERPRINT.embedder
    assert found(ask(engine, both, ALL).near) == ["p1"]
    publish(engine, entry("p3", passage("연봉", vector(1, 1))))
    assert found(near(engine, asks(near=vector(1, 1)), ALL, 1)) == ["p3"]
    rebuild.finish()
    assert (engine.embedder, engine.vectors_current) == (changed.embedder, True)
    assert found(ask(engine, both, ALL).near) == ["p2"]
    assert near(engine, asks(near=old), ALL, 9) == ()
    publish(engine, entry("p4", passage("급여", new)))
    assert found(ask(engine, replace(both, near=9), ALL).near) == ["p2", "p4"]


def test_a_rebuild_that_is_given_up_leaves_the_encoder_as_it_was(engine: Engine) -> None:
    publish(engine, entry("p1", passage("휴가", vector(1))))
    engine.begin_rebuild(SAME_SIZE).abandon()
    assert (engine.embedder, engine.vectors_current) == (FINGERPRINT.embedder, True)
    publish(engine, entry("p2", passage("휴가", vector(1))))
    assert found(near(engine, asks(near=vector(1)), ALL, 9)) == ["p1", "p2"]


def test_the_old_vector_of_a_post_that_another_encoder_replaced_is_gone(
    engine: Engine, reopened: Reopened, open_engine: Callable[[str, Fingerprint], Engine]
) -> None:
    publish(engine, entry("p1", passage("연봉", vector(1))), entry("p2", passage("휴가", vector(1))))
    changed = reopened(SAME_SIZE)
    publish(changed, entry("p1", passage("연봉", vector(1)), revision=2))
    changed.close()
    assert found(near(open_engine(engine.name, FINGERPRINT), asks(near=vector(1)), ALL, 9)) == ["p2"]
