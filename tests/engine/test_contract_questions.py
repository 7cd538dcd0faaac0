"""How any engine matches, narrows, counts and completes."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from asking import ask, count, facets, match, near
from engine_examples import ALL, NOBODY, asks, entry, found, passage, publish, removal, values, vector

from indexer.engine import Clause, Engine, Filters, Frequencies, PassageEntry, Question, TextField, Word


def test_more_matching_words_rank_higher(engine: Engine) -> None:
    publish(engine, entry("p1", "휴가 신청 방법"), entry("p2", "휴가 사진"), entry("p3", "점심 메뉴"))
    assert found(match(engine, asks("휴가", "신청"), ALL, 5)) == ["p1", "p2"]
    assert found(match(engine, asks("휴가", "신청"), ALL, 1)) == ["p1"]
    assert match(engine, asks("휴가"), ALL, 0) == ()


def test_weights_order_the_results(engine: Engine) -> None:
    publish(engine, entry("p1", "휴가 하나"), entry("p2", "출장 하나"), entry("p3", "잡담 하나"))

    def asked(holiday: float, trip: float) -> list[str]:
        clauses = (
            Clause(field=TextField.TERMS, term="휴가", weight=holiday),
            Clause(field=TextField.TERMS, term="출장", weight=trip),
        )
        return found(
            match(engine, Question(words=tuple(Word(clauses=(clause,)) for clause in clauses)), ALL, 5)
        )

    assert asked(2.0, 0.5) == ["p1", "p2"]
    assert asked(0.5, 2.0) == ["p2", "p1"]


def test_a_part_says_nothing_without_the_others_beside_it(engine: Engine) -> None:
    publish(
        engine,
        entry("p1", "발 자국"),
        entry("p2", "자국"),
        entry("p3", "발자국"),
    )
    parts = (
        Clause(TextField.TERMS, "발", 1.0, ("발자국",), ("자국",)),
        Clause(TextField.TERMS, "자국", 1.0, ("발자국",), ("발",)),
    )
    asked = Question(words=(Word(parts),), required=(Word(parts),), match=5, count=True)

    assert set(found(match(engine, asked, ALL, 5))) == {"p1", "p3"}
    assert ask(engine, asked, ALL).count == count(engine, asked, ALL) == 2


def test_another_spelling_counts_as_much_and_never_twice(engine: Engine) -> None:
    publish(
        engine,
        *(entry(f"p{number}", text) for number, text in enumerate(("wi-fi 하나", "wifi 하나", "점심 하나"))),
        entry("p3", "wi-fi wifi"),
        entry("p4", "wi-fi 메뉴 wi-fi 메뉴"),
    )
    wifi = Word((Clause(TextField.TERMS, "wi-fi", 1.0, ("wifi",)),))
    first, *others = match(engine, Question(words=(wifi,)), ALL, 5)

    assert {first.post, *found(others)} == {"p0", "p1", "p3", "p4"}
    assert first.score < 1.9 * min(hit.score for hit in others)


def test_the_grams_lane_finds_what_terms_miss(engine: Engine) -> None:
    publish(
        engine,
        entry("p1", passage("연차휴가", grams="연차 차휴 휴가")),
        entry("p2", passage("점심", grams="점심")),
    )
    assert match(engine, asks("휴가"), ALL, 5) == ()
    assert found(match(engine, asks("휴가", field=TextField.GRAMS), ALL, 5)) == ["p1"]
    either = Word(
        clauses=(
            Clause(field=TextField.TERMS, term="휴가", weight=1.0),
            Clause(field=TextField.GRAMS, term="차휴", weight=0.3),
            Clause(field=TextField.GRAMS, term="휴가", weight=0.3),
        )
    )
    assert found(match(engine, Question(words=(either,)), ALL, 5)) == ["p1"]
    assert count(engine, Question(required=(either,)), ALL) == 1


def test_ties_are_broken_by_post_id_even_at_the_limit(engine: Engine) -> None:
    publish(engine, *(entry(f"p{number:03}", passage("네", vector(1))) for number in reversed(range(200))))
    expected = [f"p{number:03}" for number in range(10)]
    assert found(match(engine, asks("네"), ALL, 10)) == expected
    assert found(near(engine, asks(near=vector(1)), ALL, 10)) == expected


def test_a_question_without_words_matches_nothing(engine: Engine) -> None:
    publish(engine, entry("p1", passage("휴가", vector(1))))
    question = replace(asks(near=vector(1)), match=5, near=5)
    answer = ask(engine, replace(question, count=True, facets=("kind",)), ALL)
    assert (answer.match, answer.count, dict(answer.facets)) == ((), 0, {"kind": ()})
    assert found(answer.near) == ["p1"]


def test_browsing_takes_every_post_that_the_filters_leave_the_newest_first(engine: Engine) -> None:
    days = [datetime(2024, 5, day, tzinfo=UTC) for day in range(1, 6)]
    publish(
        engine,
        *(entry(f"p{day.day}", "휴가", created=day, topics=("연차",)) for day in days),
        entry("long", "규정", "조항", "조항", created=days[2], topics=("연차",), kind="document"),
        entry("other", "점심", created=days[4]),
        entry("hidden", "휴가", created=days[4], topics=("연차",), audience=("company:다른 회사",)),
    )
    question = Question(browse=True, filters=Filters(topics=frozenset({"연차"})))
    hits = match(engine, question, ALL, 4)
    assert found(hits) == ["p5", "p4", "long", "p3"]
    assert {hit.score for hit in hits} == {0.0}
    assert count(engine, question, ALL) == 6
    assert values(facets(engine, question, ALL, ("kind",))["kind"]) == [("post", 5), ("document", 1)]
    assert found(match(engine, Question(browse=True), ALL, 2)) == ["other", "p5"]
    assert match(engine, question, NOBODY, 4) == ()
    assert count(engine, question, NOBODY) == 0


def test_the_newest_of_one_moment_come_by_post_id_even_at_the_limit(engine: Engine) -> None:
    publish(engine, *(entry(f"p{number:03}", "네") for number in reversed(range(200))))
    assert found(match(engine, Question(browse=True), ALL, 10)) == [f"p{number:03}" for number in range(10)]


def test_a_word_without_clauses_is_ignored(engine: Engine) -> None:
    publish(engine, entry("p1", "휴가"))
    assert match(engine, Question(words=(Word(clauses=()),)), ALL, 5) == ()
    assert count(engine, Question(words=(Word(clauses=()),)), ALL) == 0
    question = Question(words=(Word(clauses=()), *asks("휴가").words))
    assert found(match(engine, question, ALL, 5)) == ["p1"]


def test_a_question_without_a_vector_has_no_neighbours(engine: Engine) -> None:
    publish(engine, entry("p1", passage("휴가", vector(1))))
    assert near(engine, asks("휴가"), ALL, 5) == ()


def test_neighbours_come_nearest_first_and_never_count(engine: Engine) -> None:
    publish(
        engine,
        entry("p1", passage("점심", vector(1, 1))),
        entry("p2", passage("휴가", vector(1))),
        entry("p3", passage("저녁", vector(0, 1))),
        entry("p4", "말 없는 글"),
    )
    question = replace(asks("휴가", near=vector(1)), match=5, near=2, count=True, facets=("kind",))
    answer = ask(engine, question, ALL)
    assert found(answer.near) == ["p2", "p1"]
    assert (found(answer.match), answer.count) == (["p2"], 1)
    assert values(answer.facets["kind"]) == [("post", 1)]
    assert answer.near[0].score == pytest.approx(1.0, abs=0.01)  # scores of neighbours are cosines
    assert answer.near[1].score == pytest.approx(0.7071, abs=0.01)


def test_an_answer_holds_only_what_was_asked_for(engine: Engine) -> None:
    publish(engine, entry("p1", passage("휴가", vector(1))))
    answer = ask(engine, asks("휴가", near=vector(1)), ALL)
    assert (answer.match, answer.near, answer.count, dict(answer.facets)) == ((), (), None, {})


def test_a_long_post_is_hit_once_by_its_best_passage_and_counts_once(engine: Engine) -> None:
    long = [passage(f"규정 {number}조 조항", vector(1, number)) for number in range(60)]
    long[42] = passage("규정 출장비", vector(0, 0, 1))
    publish(
        engine, entry("p1", *long), entry("p2", passage("규정 출장비 안내 그리고 다른 말", vector(0, 1, 1)))
    )
    question = asks("규정", "출장비", near=vector(0, 0, 1))
    assert [(hit.post, hit.passage) for hit in match(engine, question, ALL, 5)] == [("p1", 42), ("p2", 0)]
    assert [(hit.post, hit.passage) for hit in near(engine, question, ALL, 2)] == [("p1", 42), ("p2", 0)]
    assert count(engine, asks("규정"), ALL) == 2
    assert values(facets(engine, asks("규정"), ALL, ("channel",))["channel"]) == [("잡담", 2)]


def test_long_posts_do_not_crowd_out_others(engine: Engine) -> None:
    for number in range(3):
        engine.put([entry(f"long{number}", *[passage("보안", vector(1, 0.01 * number))] * 80)])
    publish(engine, *(entry(f"short{n}", passage("보안 점검 일정 안내", vector(1, 1, n))) for n in range(3)))
    everything = {"long0", "long1", "long2", "short0", "short1", "short2"}
    assert set(found(match(engine, asks("보안"), ALL, 6))) == everything
    assert set(found(near(engine, asks(near=vector(1)), ALL, 6))) == everything


def test_counted_are_the_posts_that_say_all_that_is_required_in_whichever_passages(engine: Engine) -> None:
    publish(engine, entry("p1", "보안 점검", "출장 정산"), entry("p2", "보안"), entry("p3", "정산 보안"))
    both = asks("보안", "정산")
    assert set(found(match(engine, both, ALL, 5))) == {"p1", "p2", "p3"}
    assert count(engine, both, ALL) == 2
    assert values(facets(engine, both, ALL, ("channel",))["channel"]) == [("잡담", 2)]
    assert count(engine, asks("정산"), ALL) == 2
    assert count(engine, asks("정산", "휴가"), ALL) == 0


def test_a_required_word_is_said_by_any_of_its_clauses_and_without_one_by_nothing(engine: Engine) -> None:
    publish(engine, entry("p1", "휴가 신청"), entry("p2", "연차 사용 신청"), entry("p3", "연차 신청"))
    leave = Word((Clause(TextField.TERMS, "휴가", 1.0), Clause(TextField.TERMS, "연차", 1.0, (), ("사용",))))
    required = (leave, *asks("신청").words)
    assert count(engine, Question(required=required), ALL) == 2
    assert count(engine, Question(required=(*required, Word(clauses=()))), ALL) == 0


FILTERS = [
    ("companies", {"company": "다른 회사"}, "다른 회사"),
    ("units", {"unit": "인사팀"}, "인사팀"),
    ("channels", {"channel": "공지"}, "공지"),
    ("networks", {"network": "slack"}, "slack"),
    ("kinds", {"kind": "answer"}, "answer"),
    ("languages", {"language": "en"}, "en"),
    ("topics", {"topics": ("연차", "복지")}, "복지"),
]


@pytest.mark.parametrize(("name", "changes", "value"), FILTERS, ids=[name for name, _, _ in FILTERS])
def test_a_filter_narrows_every_lane_count_and_facet(
    engine: Engine, name: str, changes: dict, value: str
) -> None:
    publish(
        engine,
        entry("p1", passage("휴가", vector(1))),
        entry("p2", passage("휴가", vector(1, 1)), **changes),
        entry("p3", passage("휴가", vector(1)), company=None, unit=None),
    )
    question = asks("휴가", near=vector(1), filters=Filters(**{name: frozenset({value, "없는 값"})}))
    assert found(match(engine, question, ALL, 5)) == found(near(engine, question, ALL, 5)) == ["p2"]
    assert count(engine, question, ALL) == 1
    assert values(facets(engine, question, ALL, ("kind",))["kind"]) == [(changes.get("kind", "post"), 1)]


def test_dates_narrow_from_since_up_to_but_without_until(engine: Engine) -> None:
    days = [datetime(2024, 5, day, 9, 30, 0, 250_000, tzinfo=UTC) for day in (1, 2, 3, 4)]
    publish(engine, *(entry(f"p{day.day}", passage("휴가", vector(1)), created=day) for day in days))

    def between(since: datetime | None, until: datetime | None) -> tuple[list[str], list[str]]:
        question = asks("휴가", near=vector(1), filters=Filters(since=since, until=until))
        return found(match(engine, question, ALL, 9)), found(near(engine, question, ALL, 9))

    assert between(days[1], days[3]) == (["p2", "p3"], ["p2", "p3"])
    assert between(days[2], None) == (["p3", "p4"], ["p3", "p4"])
    assert between(None, days[1]) == (["p1"], ["p1"])
    assert between(days[3].replace(year=2030), None) == ([], [])


def test_filters_combine_and_values_within_one_do_not_exclude_each_other(engine: Engine) -> None:
    publish(
        engine,
        entry("p1", passage("휴가", vector(1)), channel="공지", kind="post"),
        entry("p2", passage("휴가", vector(1)), channel="잡담", kind="answer"),
        entry("p3", passage("휴가", vector(1)), channel="공지", kind="answer"),
    )
    both = Filters(channels=frozenset({"공지"}), kinds=frozenset({"answer"}))
    either = Filters(channels=frozenset({"공지", "잡담"}))
    assert found(near(engine, asks(near=vector(1), filters=both), ALL, 5)) == ["p3"]
    assert found(match(engine, asks("휴가", filters=both), ALL, 5)) == ["p3"]
    assert found(match(engine, asks("휴가", filters=either), ALL, 5)) == ["p1", "p2", "p3"]


def test_facets_are_exact_most_first_ties_by_value(engine: Engine) -> None:
    publish(
        engine,
        *(entry(f"a{number}", "회의", channel="다") for number in range(3)),
        *(entry(f"b{number}", "회의", "회의", channel="나") for number in range(3)),
        entry("c1", "회의", channel="가", company=None, topics=("일정", "회의실")),
        entry("d1", "점심", channel="라"),
    )
    counted = facets(engine, asks("회의"), ALL, ("channel", "company", "topic"))
    assert values(counted["channel"]) == [("나", 3), ("다", 3), ("가", 1)]
    assert values(counted["company"]) == [("두레전자", 6)]
    assert values(counted["topic"]) == [("일정", 1), ("회의실", 1)]


def test_a_facet_has_at_most_fifty_values_the_same_ones_each_time(engine: Engine) -> None:
    topics = [f"주제{number:04}" for number in range(1_200)]
    publish(
        engine,
        *(entry(f"p{number:04}", "회의", topics=(topic,)) for number, topic in enumerate(reversed(topics))),
    )
    publish(engine, entry("p9999", "회의", topics=("주제1199",)))
    facet = facets(engine, asks("회의"), ALL, ("topic",))["topic"]
    assert values(facet) == [("주제1199", 2), *((topic, 1) for topic in topics[:49])]


def test_suggestions_come_by_number_of_posts_and_are_folded(engine: Engine) -> None:
    publish(
        engine,
        entry("p1", "글", "글", suggestions=("Kubernetes", "쿠버네티스")),
        entry("p2", "글", suggestions=("kubernetes", "KUBECTL")),
        entry("p3", "글", suggestions=("kube.proxy [x]",)),
    )
    assert values(engine.suggest("KUBE", ALL, 5)) == [
        ("kubernetes", 2),
        ("kube.proxy [x]", 1),
        ("kubectl", 1),
    ]
    assert values(engine.suggest("kube", ALL, 1)) == [("kubernetes", 2)]
    assert values(engine.suggest("kube.proxy [", ALL, 5)) == [("kube.proxy [x]", 1)]
    assert (
        values(engine.suggest("쿠버", ALL, 5))
        == values(engine.suggest("쿠버", ALL, 5))
        == [("쿠버네티스", 1)]
    )
    assert (
        engine.suggest(".*", ALL, 5) == engine.suggest("없음", ALL, 5) == engine.suggest("kube", ALL, 0) == ()
    )


def test_frequencies_tell_how_common_terms_are_in_what_everyone_may_read(engine: Engine) -> None:
    hidden = replace(entry("p4", passage("휴가 비밀", grams="휴가")), audience=("channel:비밀",))
    publish(
        engine, entry("p1", passage("휴가 신청 휴가", grams="휴가 신청")), entry("p2", "휴가 사진"), hidden
    )
    asked = [(TextField.TERMS, term) for term in ("휴가", "사진", "비밀")]
    asked += [(TextField.GRAMS, "휴가"), (TextField.GRAMS, "없음")]
    told = engine.frequencies(asked)
    assert told == Frequencies(
        2, {(TextField.TERMS, "휴가"): 2, (TextField.TERMS, "사진"): 1, (TextField.GRAMS, "휴가"): 1}
    )


def test_words_are_weighed_by_the_frequencies_that_a_question_brings(engine: Engine) -> None:
    publish(engine, entry("p1", "휴가"), entry("p2", "출장"))
    for rare, common, order in (("휴가", "출장", ["p1", "p2"]), ("출장", "휴가", ["p2", "p1"])):
        told = Frequencies(100, {(TextField.TERMS, rare): 2, (TextField.TERMS, common): 90})
        question = asks("휴가", "출장", frequencies=told, filters=Filters())
        assert found(match(engine, question, ALL, 9)) == order


PROBES = [f"낱말{number}" for number in range(9)]


@pytest.mark.parametrize("field", TextField)
def test_hidden_posts_change_no_order_whatever_probes_are_posted(engine: Engine, field: TextField) -> None:
    """Who posts each word alone, in every place of the order, sees which of them hidden posts hold as well."""

    def text(*words: str) -> PassageEntry:
        return passage(" ".join(words), grams=" ".join(words))

    rotations = [
        entry(f"p{turn}{place}", text(PROBES[(turn + place) % len(PROBES)]))
        for turn in range(len(PROBES))
        for place in range(len(PROBES))
    ]
    publish(engine, *rotations)

    def order() -> list[str]:
        told = engine.frequencies([(field, word) for word in PROBES])
        return found(match(engine, asks(*PROBES, field=field, frequencies=told), ALL, 99))

    alone = order()
    hidden = [
        replace(entry(f"h{number}", text(*PROBES[:3], *PROBES[: number % 3])), audience=("channel:비밀",))
        for number in range(40)
    ]
    long = replace(entry("h98", text(*PROBES[:4]), text(PROBES[0])), audience=("person:김두레",))
    publish(engine, *hidden, long)
    assert order() == alone
    engine.drop([removal("h98", 2), removal("h3", 2)])
    engine.commit()
    assert order() == alone


def test_frequencies_of_an_empty_index_and_of_no_terms_are_none(engine: Engine) -> None:
    assert engine.frequencies([(TextField.TERMS, "휴가")]).of == {}
    publish(engine, entry("p1", "휴가 신청"))
    assert engine.frequencies([]).of == {}
