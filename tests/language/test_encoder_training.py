import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from encoder_examples import vectors

from models.errors import BadInput
from models.language.encoders import load_embedder
from models.language.mecab import MecabAnalyzer
from models.language.subwords import sign_vector
from models.language.training.__main__ import main
from models.language.training.composition import Concept, compose
from models.language.training.contrast import Contrast, Side, _information_loss
from models.language.training.corpus import learned_forms, read_corpus
from models.language.training.evaluation import pair_figures, read_likeness
from models.language.training.model_files import turned
from models.language.training.progress import Progress
from models.language.training.rows import Row, held_out, read_rows
from models.language.training.schedule import Schedule, _Draws, batches
from models.language.training.selection import RARE_WEIGHT, chosen_words, settled
from models.language.training.teacher import taught
from models.language.training.thesaurus import (
    GLOSSARY,
    compounds,
    concepts,
    emoji_rows,
    glossary_rows,
    phrase_rows,
)

pytestmark = pytest.mark.slow

EVERYDAY = Path(__file__).parents[2] / "benchmarks" / "everyday.jsonl"

WORDS = {
    "연차": "leave", "서버": "server", "회의": "meeting", "점심": "lunch", "주차": "parking", "계약": "contract",
    "출장": "trip", "급여": "salary", "보고서": "report", "교육": "training", "보안": "security", "예산": "budget",
}  # fmt: skip
ACTS = {
    "신청": "request",
    "취소": "cancel",
    "확인": "check",
    "변경": "change",
    "문의": "inquiry",
    "안내": "guide",
}


def jsonl(path: Path, rows: list[dict[str, str]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("training")
    rows = [
        {
            "ko": f"{korean} {act}",
            "en": f"{english} {doing}",
            "source": "handbook" if (number + place) % 5 else "faq",
        }
        for number, (korean, english) in enumerate(WORDS.items())
        for place, (act, doing) in enumerate(ACTS.items())
    ]
    parallel = jsonl(folder / "parallel.jsonl", rows)
    related = jsonl(
        folder / "pairs.jsonl", [{"a": "연차 신청 방법", "b": "연차는 근태 시스템에서 팀장에게 신청합니다."}]
    )
    likeness = folder / "dev.tsv"
    likeness.write_text(
        "score\tsentence1\tsentence2\n5\t연차 신청\t연차 신청하기\n0\t서버 확인\t점심 안내\n2\t회의 취소\t회의 변경\n",
        encoding="utf-8",
    )
    status = main(
        ["--parallel", str(parallel), "--pairs", str(related), "--out", str(folder / "model"), "--steps", "120",
         "--size", "64", "--dimensions", "64", "--processes", "1", "--held-out", "faq",
         "--sts", str(likeness), "--without-teacher"]
    )  # fmt: skip
    assert status == 0
    return folder


def test_a_trained_model_finds_translations_that_it_never_saw(trained: Path) -> None:
    _, held = held_out(read_rows(trained / "parallel.jsonl", ("ko", "en")), ["faq"])
    figures = pair_figures("held", load_embedder(trained / "model"), [(row.a, row.b) for row in held])
    assert len(held) > 10
    assert [figure.name for figure in figures] == [
        f"held, {way} @{k}" for way in ("a>b", "b>a") for k in (1, 10)
    ]
    assert figures[0].value > 0.8
    assert figures[0].low <= figures[0].value <= figures[0].high


def test_the_same_seed_gives_the_same_model(trained: Path) -> None:
    arguments = [
        "--parallel",
        str(trained / "parallel.jsonl"),
        "--steps",
        "5",
        "--size",
        "16",
        "--dimensions",
        "32",
        "--without-teacher",
    ]
    for name in ("one", "two"):
        assert main([*arguments, "--processes", "1", "--out", str(trained / name)]) == 0
    one, two = (load_embedder(trained / name).embed(["연차 신청"]) for name in ("one", "two"))
    np.testing.assert_allclose(one, two, atol=1e-5)


def test_the_card_tells_data_licences_seed_and_figures(trained: Path) -> None:
    card = (trained / "model" / "README.md").read_text(encoding="utf-8")
    for expected in ("CC-BY-4.0", "MPL-2.0", "PSF", "seed 0", "Sources held out: faq", "| dev |", "faq"):
        assert expected in card


def test_texts_come_to_find_the_vectors_of_a_teacher() -> None:
    rows = {"phrases": [Row(korean, english, "phrases") for korean, english in WORDS.items()]}
    corpus = read_corpus(rows, processes=1, progress=Progress())
    composition = compose(corpus.forms, [], most_pieces=0)
    lessons = taught(_Teacher(), rows, corpus, composition.words, dimensions=16, seed=0, progress=Progress())
    assert lessons.vectors.shape == (2 * len(WORDS), 16)
    schedule = Schedule(steps=200, size=32, shares={"taught": 1.0}, dimensions=16, seed=0)
    contrast = Contrast(
        composition.matrix, composition.initial(16, 0), np.zeros(len(corpus.forms), np.float32)
    )
    losses = [loss for _, loss in batches(contrast, corpus, composition.words, schedule, taught=lessons)]
    assert losses[-1] < losses[0] / 2
    begun = composition.initial(16, 0, lessons.words)
    assert (begun * lessons.words).sum(axis=1).mean() > 0.5


class _Teacher:
    revision, dimensions = "teacher", 16

    def embed(self, texts: Sequence[str], forms: object = None) -> npt.NDArray[np.float32]:
        return np.stack([sign_vector(text, self.dimensions) for text in texts])


def test_compounds_of_the_dictionary_are_words_with_parts_that_tell() -> None:
    analyzer = MecabAnalyzer()
    assert learned_forms(analyzer, "손님의 재무제표") == ["손님", "재무제표"]
    parts = compounds(analyzer, ["손님", "재무제표", "재무", "제표", "고객", "손"])
    assert parts == {"손님": ["손", "님"], "재무제표": ["재무", "제표"]}
    composition = compose(["손님", "재무제표", "재무", "제표", "손"], [], 0, parts)
    made = composition.matrix @ composition.initial(256, seed=1)
    assert made[1] @ made[2] > 0.3 > abs(made[0] @ made[4])


def test_every_korean_word_is_chosen_before_rare_foreign_ones() -> None:
    rows = [Row("희귀 " + "자주 " * 3, "seldom " + "often " * 12, "phrases")]
    corpus = read_corpus({"phrases": rows}, processes=1, progress=Progress())
    words = chosen_words(corpus, [], 10)
    assert {"희귀", "자주", "often"} <= set(words)
    assert "seldom" not in words


def test_synonyms_of_the_glossary_are_near_without_any_sentence(trained: Path) -> None:
    man, male, cat = load_embedder(trained / "model").embed(["남자", "남성", "고양이"])
    assert man @ male > 0.3 > man @ cat


def test_a_bad_row_is_named_with_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"ko": "연차", "en": "leave"}\n\n{"ko": "연차"}\n', encoding="utf-8")
    assert main(["--parallel", str(path), "--out", str(tmp_path / "model")]) == 1
    assert "rows.jsonl:3:" in capsys.readouterr().err
    with pytest.raises(BadInput, match="cannot be read"):
        list(read_rows(tmp_path / "none.jsonl.gz", ("ko", "en")))
    with pytest.raises(BadInput, match="no sentence pairs"):
        read_likeness(path)


def test_gradients_are_those_of_the_loss() -> None:
    random = np.random.default_rng(0)
    left, right = (random.standard_normal((5, 4)) for _ in range(2))
    left /= np.linalg.norm(left, axis=1, keepdims=True)
    right /= np.linalg.norm(right, axis=1, keepdims=True)
    texts = np.arange(5)
    _, slope = _information_loss(left, right, texts, texts)
    step = np.zeros_like(left)
    step[2, 1] = 1e-3
    above, _ = _information_loss(left + step, right, texts, texts)
    below, _ = _information_loss(left - step, right, texts, texts)
    assert slope[2, 1] == pytest.approx((above - below) / 2e-3, rel=0.02)


def test_learning_brings_pairs_together_and_the_loss_down() -> None:
    composition = compose(["연차", "leave", "서버", "server"], [], most_pieces=0)
    contrast = Contrast(composition.matrix, composition.initial(16, seed=0), np.zeros(4, dtype=np.float32))
    rows, texts = np.arange(2, dtype=np.int32), np.arange(2)
    left = Side(rows=rows, words=np.array([0, 2], dtype=np.int32), texts=texts)
    right = Side(rows=rows, words=np.array([1, 3], dtype=np.int32), texts=texts)
    losses = [contrast.learn(left, right, 1.0) for _ in range(30)]
    assert losses[-1] < losses[0] / 2
    learnt = contrast.vectors()
    assert learnt[0] @ learnt[1] > learnt[0] @ learnt[3]


def test_a_mixture_puts_the_same_names_together_in_both_languages() -> None:
    rows = [Row(korean, english, "glossary") for korean, english in WORDS.items()]
    corpus = read_corpus({"glossary": rows}, processes=1, progress=Progress())
    composition = compose(corpus.forms, [], most_pieces=0)
    schedule = Schedule(steps=1, size=40, shares={"mixtures": 1.0}, dimensions=16, seed=0)
    kind, left, right = _Draws(corpus, composition.words, schedule).batch()
    assert kind == "mixtures"
    assert len(set(left.texts)) == 40
    named = [
        [{corpus.forms[word] for word in side.words[side.rows == row]} for row in range(40)]
        for side in (left, right)
    ]
    assert max(len(forms) for forms in named[0]) > 2
    # Some words are left out of either half; what is left are translations of each other.
    for korean, english in zip(*named, strict=True):
        translated = {WORDS[form] for form in korean if form in WORDS}
        assert len({form[:4] for form in english} & {word[:4] for word in translated}) >= len(translated) / 3


def test_words_share_pieces_and_concepts_and_begin_at_about_unit_length() -> None:
    words = ["구매", "구매자", "구매팀", "구입"]
    composition = compose(words, [Concept(forms=("구매", "구입", "모르는말"), weight=1.0)], most_pieces=10)
    assert "▁구매" in composition.pieces
    np.testing.assert_allclose(composition.matrix.power(2).sum(axis=1).ravel(), 1, atol=1e-5)
    made = composition.matrix @ composition.initial(256, seed=1)
    assert made[0] @ made[3] > 0.3 > abs(made[1] @ made[3])


def test_turning_orders_dimensions_and_keeps_cosines() -> None:
    made = vectors(dimensions=16)
    texts = made.word_rows / np.linalg.norm(made.word_rows, axis=1, keepdims=True)
    new = turned(made, texts, removed=0)
    np.testing.assert_allclose(
        new.word_rows @ new.word_rows.T, made.word_rows @ made.word_rows.T, rtol=1e-4, atol=1e-4
    )
    strengths = ((texts @ np.linalg.lstsq(made.word_rows, new.word_rows, rcond=None)[0]) ** 2).sum(axis=0)
    assert (np.diff(strengths) < 1e-4).all()
    assert not turned(made, texts, removed=2).word_rows[:, -2:].any()


def test_lengths_are_evened_and_numbers_weigh_more() -> None:
    rows = np.array([[4, 0], [0, 1], [1, 0]], dtype=np.float32)
    lengths = np.linalg.norm(settled(["연차", "휴가", "2024"], rows, np.array([9, 9, 1]), 0.5, 3.0), axis=1)
    np.testing.assert_allclose(lengths, [2, 1, 3])
    rare = settled(["연차", "휴가", "낚싯대"], rows, np.array([9, 9, 1]), 0.5, 3.0)
    np.testing.assert_allclose(np.linalg.norm(rare, axis=1), [2, 1, RARE_WEIGHT], rtol=1e-6)


def test_a_word_that_helps_to_name_a_concept_has_a_share_of_it() -> None:
    concept = Concept(forms=("museum",), weight=1.0, parts=(("박물", 1.0),))
    composition = compose(["museum", "박물", "관"], [concept], most_pieces=0)
    made = composition.matrix @ composition.initial(256, seed=1)
    assert made[0] @ made[1] > 0.2 > abs(made[0] @ made[2])


def test_concepts_know_irregular_forms_and_parts_of_names() -> None:
    found = concepts(MecabAnalyzer())
    assert any({"go", "went", "가"} <= set(concept.forms) for concept in found)
    crosswalk = next(concept for concept in found if "crosswalk" in concept.forms)
    assert [form for form, _ in crosswalk.parts] == ["횡단"]


def test_the_names_of_the_glossary_are_whole_and_phrases_are_no_measured_ones() -> None:
    lines = GLOSSARY.read_text(encoding="utf-8").splitlines()
    assert all(name == name.strip() != "" for line in lines for name in re.split("[,|]", line))
    phrases = list(phrase_rows())
    assert len(phrases) == len({row.a for row in phrases}) == len({row.b for row in phrases})
    measured = [json.loads(line) for line in EVERYDAY.read_text(encoding="utf-8").splitlines()]
    assert not {row.a for row in phrases} & {row["a"] for row in measured}


def test_glossary_and_emoji_give_term_pairs() -> None:
    assert {Row("연차", "annual leave", "glossary"), Row("가다", "went", "glossary")} <= set(glossary_rows())
    names = {(row.a, row.b) for row in emoji_rows()}
    assert ("기타", "guitar") in names
    assert not any("피부" in korean for korean, _ in names)
