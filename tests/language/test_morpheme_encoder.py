import json
from pathlib import Path

import model2vec
import numpy as np
import pytest
from encoder_examples import vectors

from models.errors import BadEncoder
from models.language.encoders import SHIPPED, load_embedder
from models.language.mecab import MecabAnalyzer
from models.language.morpheme_encoder import MorphemeEncoder
from models.language.static_encoder import StaticEncoder
from models.language.static_tensors import unit
from models.language.subwords import phonetic_key, sign_vector, sound, spelling
from models.language.training.model_files import write_model

ANALYZER = MecabAnalyzer()


def encoder(directory: Path, **changes: object) -> MorphemeEncoder:
    write_model(directory, vectors(**changes), {})
    return MorphemeEncoder(directory, ANALYZER)


def test_a_text_is_the_unit_sum_of_its_terms_within_eight_bits(tmp_path: Path) -> None:
    made = vectors()
    expected = made.word_rows[0] + made.word_rows[1]
    found = encoder(tmp_path).embed(["연차 휴가를"])[0]
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected / np.linalg.norm(expected), atol=0.02)


def test_terms_at_hand_give_the_vectors_that_the_text_gives(tmp_path: Path) -> None:
    model = encoder(tmp_path)
    texts = ["연차 휴가는 언제?", "Servers went down", "처음보는말 2024", ""]
    forms = [[term.form for token in ANALYZER.analyze(text) for term in token.terms] for text in texts]
    np.testing.assert_array_equal(model.embed(texts), model.embed([""] * 4, forms))


def test_a_compound_with_a_vector_is_a_word_where_the_configuration_says_so(tmp_path: Path) -> None:
    words = ("손님", "손", "님", "휴가")
    made = vectors(words=words, word_rows=np.eye(4, 8, dtype=np.float32))
    for about, expected in (({"compounds": True}, [1, 0, 0, 1]), ({}, [0, 1, 1, 1])):
        write_model(tmp_path, made, about)
        found = MorphemeEncoder(tmp_path, ANALYZER).embed(["손님 휴가"])[0, :4]
        np.testing.assert_allclose(found, np.array(expected) / np.linalg.norm(expected), atol=0.02)


def test_an_unknown_word_meets_itself_and_no_other(tmp_path: Path) -> None:
    model = encoder(tmp_path, dimensions=256)
    once, again, other, number = model.embed(["xylophon", "Xylophon", "zeppelin", "20241125"])
    assert once @ again == pytest.approx(1)
    assert abs(once @ other) < 0.3
    assert np.linalg.norm(number) == pytest.approx(1)


def test_an_unknown_word_takes_after_its_pieces(tmp_path: Path) -> None:
    model = encoder(tmp_path, dimensions=256, piece_rows=np.ones((3, 256), dtype=np.float32) * 2)
    like, unlike = model.embed(["", ""], [["smart"], ["zeppelin"]])
    towards = np.ones(256) / 16
    assert like @ towards > 0.8 > abs(unlike @ towards)


def test_model2vec_gives_equal_vectors_for_terms_with_blanks_between(tmp_path: Path) -> None:
    ours = encoder(tmp_path, dimensions=256)
    theirs = model2vec.StaticModel.from_pretrained(tmp_path)
    texts = ["연차 휴가", "서버 장애 서버", "server down 연차"]
    np.testing.assert_allclose(theirs.encode(texts), ours.embed(texts), atol=1e-5)


def test_our_reader_of_raw_text_reads_the_same_directory(tmp_path: Path) -> None:
    ours = encoder(tmp_path)
    texts = ["연차 휴가", "서버 장애"]
    np.testing.assert_allclose(StaticEncoder(tmp_path).embed(texts), ours.embed(texts), atol=1e-6)


@pytest.mark.parametrize("text", ["", " \n\t", "🎉🎉👍", "!!! ...", "\ud800", "\x00"])
def test_a_text_that_says_nothing_has_a_zero_vector(tmp_path: Path, text: str) -> None:
    assert not encoder(tmp_path).embed([text]).any()


@pytest.mark.parametrize("text", ["ዜና ማሰራጫ", "新しいサーバー", "слово", "ㅋㅋㅋ 연차", "연차 " * 350_000])
def test_any_text_has_a_finite_vector_of_unit_length(tmp_path: Path, text: str) -> None:
    vector = encoder(tmp_path).embed([text])[0]
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_no_texts_give_no_vectors(tmp_path: Path) -> None:
    assert encoder(tmp_path).embed([]).shape == (0, 8)


def test_the_directory_tells_that_it_reads_terms(tmp_path: Path) -> None:
    encoder(tmp_path)
    assert isinstance(load_embedder(tmp_path, ANALYZER), MorphemeEncoder)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("config.json", "{", "cannot be read"),
        ("config.json", "[1]", "no configuration"),
        ("config.json", '{"dure": 3}', "no configuration"),
        ("config.json", '{"dure": {"unknown_weight": "much"}}', "lacks a number"),
        ("config.json", '{"dure": {"unknown_weight": 1}}', "lacks a number"),
        ("tokenizer.json", "{", "cannot be read"),
        ("tokenizer.json", '{"model": {"vocab": {"연차": "첫째"}}}', "no number"),
        ("tokenizer.json", '{"model": {"vocab": {"연차": 70}}}', "71 tokens"),
        ("tokenizer.json", '{"model": {"vocab": [["연차", 0.5, 1]]}}', "vocabulary"),
        ("model.safetensors", "nothing", "cannot be read"),
    ],
)
def test_a_damaged_directory_is_refused_with_its_file_and_fault(
    tmp_path: Path, name: str, content: str, problem: str
) -> None:
    encoder(tmp_path)
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(BadEncoder, match=problem) as caught:
        load_embedder(tmp_path, ANALYZER)
    expected = "model.safetensors" if "71" in problem else name
    assert expected in caught.value.message


def test_own_vectors_of_words_are_nearly_orthogonal_and_the_same_everywhere() -> None:
    own = sign_vector("연차", 256)
    assert np.linalg.norm(own) == pytest.approx(1)
    assert abs(own @ sign_vector("휴가", 256)) < 0.3
    assert (own[:8] > 0).tolist() == [False, True, False, False, True, False, False, False]
    assert sign_vector("연차", 768).shape == (768,)


def test_a_loanword_sounds_like_its_origin() -> None:
    for korean, english in (
        ("컴포넌트", "component"),
        ("스마트", "smart"),
        ("데이터", "data"),
        ("쿼리", "queri"),
    ):
        assert phonetic_key(korean) == phonetic_key(english)
    assert sound("물") == sound("2024") == []
    assert spelling("2024") == spelling("c++") == []
    assert spelling("연차") == ["▁연", "▁차", "▁연차"]


def test_the_encoder_that_ships_is_small_and_knows_both_languages() -> None:
    files = [path for path in SHIPPED.iterdir() if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 20_500_000
    assert json.loads((SHIPPED / "config.json").read_text(encoding="utf-8"))["normalize"] is True
    model = load_embedder(SHIPPED, ANALYZER)
    korean, english, other = model.embed(
        [
            "서버 장애가 나면 누구에게 연락하나요?",
            "Whom do I contact when the server fails?",
            "점심 메뉴는 김치찌개입니다.",
        ]
    )
    assert korean @ english > 0.3 > korean @ other


def test_cosines_with_terms_are_those_of_their_vectors(tmp_path: Path) -> None:
    forms = ["급여", "연봉", "salary", "쀍쀍쀍", "네트워크"]
    for model in (MorphemeEncoder(SHIPPED, ANALYZER), encoder(tmp_path)):
        given = unit(np.random.default_rng(5).normal(size=(3, model.dimensions)).astype(np.float32))
        found = model.cosines(given, forms)
        np.testing.assert_allclose(found, given @ unit(model.words(forms)).T, atol=1e-6)
        assert not found[:, 3].any()
        assert model.cosines(given, []).shape == (3, 0)
