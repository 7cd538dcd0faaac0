"""What any engine tells, and does not tell, to whom."""

import numpy as np
from asking import ask, count, facets, match, near
from engine_examples import ALL, NOBODY, asks, entry, found, passage, publish, scope, values, vector

from indexer.engine import Engine
from models.scope import EVERYONE


def test_an_empty_scope_sees_nothing_anywhere(engine: Engine) -> None:
    publish(engine, entry("p1", passage("휴가", vector(1)), suggestions=("휴가",)))
    question = asks("휴가", near=vector(1), match=5, count=True, facets=("channel",))
    answer = ask(engine, question, NOBODY)
    assert (answer.match, answer.near, answer.count, dict(answer.facets)) == ((), (), 0, {"channel": ()})
    assert (
        near(engine, question, NOBODY, 5)
        == engine.suggest("", NOBODY, 5)
        == engine.suggest("휴", NOBODY, 5)
        == ()
    )
    assert near(engine, question, scope(denied=["channel:없음"]), 5) == ()


def test_a_post_is_for_those_who_hold_one_of_its_tokens(engine: Engine) -> None:
    publish(
        engine,
        entry("p1", passage("회의", vector(1)), audience=("channel:인사", "person:김")),
        entry("p2", passage("회의", vector(1)), audience=("channel:개발",)),
        entry("p3", passage("회의", vector(1)), audience=()),
        entry("p4", passage("회의", vector(1)), audience=(EVERYONE, "channel:인사")),
        entry("p5", passage("회의", vector(1)), passage("회의록", vector(1)), audience=("channel:인사",)),
    )
    question = asks("회의", near=vector(1))
    for tokens, visible in (
        ((EVERYONE,), ["p4"]),
        ((EVERYONE, "channel:개발"), ["p2", "p4"]),
        ((EVERYONE, "person:김", "channel:인사"), ["p1", "p4", "p5"]),
        ((EVERYONE, "person:박"), ["p4"]),
        (("channel:인사",), ["p1", "p4", "p5"]),
        (("person:김", "channel:개발"), ["p1", "p2"]),
        (("channel:인", "channel", "person:김철수"), []),
    ):
        assert found(match(engine, question, scope(*tokens), 5)) == visible
        assert found(near(engine, question, scope(*tokens), 5)) == visible
        assert count(engine, question, scope(*tokens)) == len(visible)


def test_a_post_that_is_opened_or_closed_is_seen_by_its_last_audience(engine: Engine) -> None:
    publish(engine, entry("p1", "회의"), entry("p2", "회의", audience=("channel:인사",)))
    publish(
        engine,
        entry("p1", "회의", audience=("channel:인사",), revision=2),
        entry("p2", "회의", revision=2),
    )
    assert found(match(engine, asks("회의"), ALL, 5)) == ["p2"]
    assert count(engine, asks("회의"), ALL) == 1
    assert count(engine, asks("회의"), scope(EVERYONE, "channel:인사")) == 2
    assert count(engine, asks("회의"), scope(EVERYONE, "channel:인사", denied=["thread:p1"])) == 1


def test_hidden_posts_yield_no_hit_count_facet_or_suggestion(engine: Engine) -> None:
    publish(
        engine,
        entry(
            "p1",
            passage("합병 소식", vector(1)),
            channel="공지",
            topics=("소식",),
            suggestions=("합병 소식",),
        ),
        entry(
            "p2",
            passage("합병 비밀", vector(1)),
            passage("합병", vector(1)),
            audience=("channel:임원",),
            channel="임원",
            topics=("비밀",),
            suggestions=("합병 비밀", "합병 소식"),
        ),
    )
    question = asks("합병", near=vector(1))
    assert found(match(engine, question, ALL, 5)) == found(near(engine, question, ALL, 5)) == ["p1"]
    assert count(engine, question, ALL) == 1
    counted = facets(engine, question, ALL, ("channel", "topic"))
    assert {field: values(buckets) for field, buckets in counted.items()} == {
        "channel": [("공지", 1)],
        "topic": [("소식", 1)],
    }
    assert values(engine.suggest("합", ALL, 5)) == [("합병 소식", 1)]
    assert values(engine.suggest("합", scope(EVERYONE, "channel:임원"), 5)) == [
        ("합병 소식", 2),
        ("합병 비밀", 1),
    ]


def test_denied_containers_hide_their_posts_in_every_read(engine: Engine) -> None:
    publish(
        engine,
        entry("p1", passage("출시", vector(1)), suggestions=("출시",)),
        entry(
            "p2",
            passage("출시", vector(1)),
            containers=("channel:잡담", "thread:t9"),
            suggestions=("출시 연기",),
        ),
    )
    question = asks("출시", near=vector(1))
    embargo = scope(EVERYONE, denied=["thread:t9"])
    assert found(match(engine, question, embargo, 5)) == found(near(engine, question, embargo, 5)) == ["p1"]
    assert count(engine, question, embargo) == 1
    assert values(facets(engine, question, embargo, ("kind",))["kind"]) == [("post", 1)]
    assert values(engine.suggest("출시", embargo, 5)) == [("출시", 1)]
    closed = scope(EVERYONE, denied=["channel:잡담", "company:없음"])
    assert (
        match(engine, question, closed, 5)
        == near(engine, question, closed, 5)
        == engine.suggest("", closed, 5)
        == ()
    )


def test_a_scope_of_two_thousand_tokens_and_denials_works_in_every_read(engine: Engine) -> None:
    channels = [f"channel:{number}" for number in range(2_000)]
    publish(
        engine,
        *(
            entry(
                f"p{n:04}",
                passage("공지", vector(1, n)),
                audience=(token,),
                containers=(token,),
                suggestions=("공지",),
            )
            for n, token in enumerate(channels)
        ),
        entry("p9999", passage("공지", vector(1)), audience=("channel:남",), suggestions=("공지",)),
    )
    question = asks("공지", near=vector(1))
    large = scope(*channels)
    assert count(engine, question, large) == 2_000
    assert found(near(engine, question, large, 3)) == ["p0000", "p0001", "p0002"]
    assert found(match(engine, question, large, 3)) == ["p0000", "p0001", "p0002"]
    assert values(engine.suggest("공", large, 3)) == [("공지", 2_000)]
    mostly_denied = scope(*channels, denied=channels[:-1])
    assert count(engine, question, mostly_denied) == 1
    assert (
        found(match(engine, question, mostly_denied, 9))
        == found(near(engine, question, mostly_denied, 9))
        == ["p1999"]
    )


def test_a_viewer_who_sees_one_post_in_a_thousand_still_gets_k_neighbours(engine: Engine) -> None:
    random = np.random.default_rng(7)
    rows = random.normal(size=(3_000, 8)).astype(np.float32)
    rows[:, 0] = np.abs(rows[:, 0]) + 3  # all hidden posts lie nearer to the question
    rows[::1_000, 0] = -1
    entries = (
        entry(
            f"p{number:04}",
            passage("회의", vector(*row)),
            audience=("channel:작은",) if number % 1_000 == 0 else ("channel:큰",),
        )
        for number, row in enumerate(rows.tolist())
    )
    engine.put(entries)
    engine.commit()
    question = asks("회의", near=vector(1))
    assert sorted(found(near(engine, question, scope("channel:작은"), 3))) == ["p0000", "p1000", "p2000"]
    assert sorted(found(match(engine, question, scope("channel:작은"), 3))) == ["p0000", "p1000", "p2000"]
    assert count(engine, question, scope("channel:작은")) == 3
