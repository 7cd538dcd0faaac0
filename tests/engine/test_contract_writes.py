"""What any engine does with edits, deletions, and what arrives late or twice."""

from asking import count, facets, match, near
from engine_examples import ALL, asks, entry, found, passage, publish, removal, scope, values, vector

from indexer.engine import Engine


def test_an_empty_engine_answers_with_nothing(engine: Engine) -> None:
    question = asks("휴가", near=vector(1))
    assert (
        match(engine, question, ALL, 5)
        == near(engine, question, ALL, 5)
        == engine.suggest("휴", ALL, 5)
        == ()
    )
    assert count(engine, question, ALL) == 0
    assert facets(engine, question, ALL, ("channel",)) == {"channel": ()}
    assert list(engine.revisions()) == []


def test_what_is_not_committed_is_not_visible(engine: Engine) -> None:
    engine.put([entry("p1", passage("휴가 신청", vector(1)), suggestions=("휴가",))])
    question = asks("휴가", near=vector(1))
    assert found(match(engine, question, ALL, 5)) == found(near(engine, question, ALL, 5)) == []
    assert count(engine, question, ALL) == 0
    engine.commit()
    assert found(match(engine, question, ALL, 5)) == found(near(engine, question, ALL, 5)) == ["p1"]


def test_a_commit_changes_the_generation_and_keeps_the_identity(engine: Engine) -> None:
    identity, generation = engine.identity, engine.generation
    publish(engine, entry("p1", "휴가"))
    assert engine.identity == identity
    assert engine.generation != generation


def test_an_edit_replaces_words_vector_facets_and_suggestions(engine: Engine) -> None:
    publish(
        engine, entry("p1", passage("휴가 신청", vector(1)), topics=("휴가",), suggestions=("휴가 신청",))
    )
    edited = entry(
        "p1", passage("출장 정산", vector(0, 1)), revision=2, topics=("출장",), suggestions=("출장 정산",)
    )
    publish(engine, edited)
    assert match(engine, asks("휴가"), ALL, 5) == ()
    assert found(match(engine, asks("출장"), ALL, 5)) == ["p1"]
    assert (
        near(engine, asks(near=vector(1)), ALL, 5)[0].score < 0.6
    )  # only the new, orthogonal vector is left
    assert values(facets(engine, asks("정산"), ALL, ("topic",))["topic"]) == [("출장", 1)]
    assert engine.suggest("휴가", ALL, 5) == ()
    assert values(engine.suggest("출장", ALL, 5)) == [("출장 정산", 1)]
    assert list(engine.revisions()) == [("p1", 2)]


def test_an_edit_in_the_same_commit_replaces_as_well(engine: Engine) -> None:
    first, second = (
        entry("p1", passage("휴가", vector(1))),
        entry("p1", passage("출장", vector(0, 1)), revision=2),
    )
    publish(engine, first, second)
    assert count(engine, asks("휴가"), ALL) == 0
    assert count(engine, asks("출장"), ALL) == 1
    assert found(near(engine, asks(near=vector(1)), ALL, 5)) == ["p1"]


def test_a_shorter_edit_leaves_no_old_passage_behind(engine: Engine) -> None:
    long = [passage(f"규정 {number}조", vector(1, number)) for number in range(4)]
    publish(engine, entry("p1", *long))
    publish(engine, entry("p1", passage("규정 요약", vector(0, 0, 1)), revision=2))
    assert count(engine, asks("3조"), ALL) == 0
    assert [(hit.post, hit.passage) for hit in match(engine, asks("규정"), ALL, 5)] == [("p1", 0)]
    assert [(hit.post, hit.passage) for hit in near(engine, asks(near=vector(1, 3)), ALL, 5)] == [("p1", 0)]


def test_a_longer_edit_brings_all_its_passages(engine: Engine) -> None:
    publish(engine, entry("p1", "규정"))
    publish(engine, entry("p1", "규정 총칙", "규정 부칙", revision=2))
    assert [(hit.post, hit.passage) for hit in match(engine, asks("부칙"), ALL, 5)] == [("p1", 1)]
    assert count(engine, asks("규정"), ALL) == 1


def test_a_dropped_post_vanishes_from_every_read(engine: Engine) -> None:
    keep = entry("p1", passage("휴가 신청", vector(1)), topics=("휴가",), suggestions=("휴가",))
    gone = entry(
        "p2", passage("휴가 반려", vector(1)), passage("휴가", vector(1)), suggestions=("휴가 반려",)
    )
    publish(engine, keep, gone)
    engine.drop([removal("p2", 2)])
    engine.commit()
    question = asks("휴가", near=vector(1))
    assert found(match(engine, question, ALL, 5)) == found(near(engine, question, ALL, 5)) == ["p1"]
    assert count(engine, question, ALL) == 1
    assert values(facets(engine, question, ALL, ("channel",))["channel"]) == [("잡담", 1)]
    assert values(engine.suggest("휴가", ALL, 5)) == [("휴가", 1)]
    assert list(engine.revisions()) == [("p1", 1)]


def test_an_older_or_the_same_revision_never_overwrites(engine: Engine) -> None:
    publish(engine, entry("p1", "새로운 내용", revision=5))
    publish(engine, entry("p1", "오래된 내용", revision=4), entry("p1", "같은 내용", revision=5))
    assert count(engine, asks("오래된"), ALL) == count(engine, asks("같은"), ALL) == 0
    assert count(engine, asks("새로운"), ALL) == 1


def test_an_older_revision_is_ignored_within_one_batch_too(engine: Engine) -> None:
    publish(engine, entry("p1", "새로운", revision=5), entry("p1", "오래된", revision=4))
    assert count(engine, asks("오래된"), ALL) == 0
    assert list(engine.revisions()) == [("p1", 5)]


def test_a_late_put_does_not_raise_a_dropped_post(engine: Engine) -> None:
    publish(engine, entry("p1", passage("휴가", vector(1)), revision=1))
    engine.drop([removal("p1", 3)])
    engine.commit()
    publish(engine, entry("p1", passage("휴가", vector(1)), revision=2))
    assert count(engine, asks("휴가"), ALL) == 0
    assert near(engine, asks(near=vector(1)), ALL, 5) == ()
    assert list(engine.revisions()) == []


def test_a_drop_of_an_unknown_post_stops_its_late_put(engine: Engine) -> None:
    engine.drop([removal("p1", 3)])
    engine.commit()
    publish(engine, entry("p1", "휴가", revision=2))
    assert count(engine, asks("휴가"), ALL) == 0


def test_a_late_drop_does_not_remove_a_newer_post(engine: Engine) -> None:
    publish(engine, entry("p1", passage("휴가", vector(1)), revision=4))
    engine.drop([removal("p1", 3)])
    engine.commit()
    assert (
        found(match(engine, asks("휴가"), ALL, 5))
        == found(near(engine, asks(near=vector(1)), ALL, 5))
        == ["p1"]
    )


def test_a_newer_revision_raises_a_dropped_post_again(engine: Engine) -> None:
    publish(engine, entry("p1", passage("휴가", vector(1))))
    engine.drop([removal("p1", 2)])
    engine.commit()
    publish(engine, entry("p1", passage("휴가", vector(1)), revision=3))
    assert (
        found(match(engine, asks("휴가"), ALL, 5))
        == found(near(engine, asks(near=vector(1)), ALL, 5))
        == ["p1"]
    )


def test_a_put_and_a_drop_before_one_commit_leave_nothing(engine: Engine) -> None:
    engine.put([entry("p1", passage("휴가", vector(1)))])
    engine.drop([removal("p1", 2)])
    engine.commit()
    assert count(engine, asks("휴가"), ALL) == 0
    assert near(engine, asks(near=vector(1)), ALL, 5) == ()


def test_changed_access_takes_effect_with_the_next_commit(engine: Engine) -> None:
    publish(engine, entry("p1", passage("연봉", vector(1))))
    publish(engine, entry("p1", passage("연봉", vector(1)), revision=2, audience=("channel:인사",)))
    assert count(engine, asks("연봉"), ALL) == 0
    assert near(engine, asks(near=vector(1)), ALL, 5) == ()
    assert found(near(engine, asks(near=vector(1)), scope("channel:인사"), 5)) == ["p1"]


def test_a_post_without_passages_is_there_but_never_matches(engine: Engine) -> None:
    publish(engine, entry("p1"), entry("p2", passage("")))
    assert sorted(engine.revisions()) == [("p1", 1), ("p2", 1)]
    assert (
        match(engine, asks("휴가", near=vector(1)), ALL, 5)
        == near(engine, asks(near=vector(1)), ALL, 5)
        == ()
    )


def test_every_post_is_listed_with_its_revision(engine: Engine) -> None:
    publish(engine, *(entry(f"p{number}", "하나", "둘", revision=7) for number in range(30)))
    assert sorted(engine.revisions()) == sorted((f"p{number}", 7) for number in range(30))


def test_strange_terms_are_harmless_and_found(engine: Engine) -> None:
    strange = ['"따옴표"', "(괄호)*", "a:b", "😀", "c++", "AND", "\\", "~1", "<b>", "나\u200d다"]
    publish(engine, *(entry(f"p{number}", f"공통 {term}") for number, term in enumerate(strange)))
    for number, term in enumerate(strange):
        assert found(match(engine, asks(term), ALL, 5)) == [f"p{number}"]
    assert count(engine, asks("공통"), ALL) == len(strange)


def test_a_very_long_term_does_not_keep_its_post_out(engine: Engine) -> None:
    publish(engine, entry("p1", f"앞 {'가' * 12_000} {'나' * 40_000} 뒤"), entry("p2", "뒤"))
    assert sorted(found(match(engine, asks("뒤"), ALL, 5))) == ["p1", "p2"]
    assert sorted(found(match(engine, asks("앞", "나" * 40_000), ALL, 5))) == ["p1"]


def test_strange_ids_and_names_are_kept_apart(engine: Engine) -> None:
    posts = ["sns:a/b#1", "sns:a b?&", "sns:가\"나'", "sns:a/b#1%20"]
    publish(engine, *(entry(post, "공통", channel=f"채널 {post}", topics=(post,)) for post in posts))
    assert found(match(engine, asks("공통"), ALL, 9)) == sorted(posts)
    assert values(facets(engine, asks("공통"), ALL, ("topic",))["topic"]) == [
        (post, 1) for post in sorted(posts)
    ]
