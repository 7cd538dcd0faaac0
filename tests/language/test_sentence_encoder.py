"""The pretrained encoder of sentences, alone and beside ours."""

from collections.abc import Sequence

import numpy as np
import pytest

from models.language import sentence_encoder
from models.language.embedder import Embedder
from models.language.encoder_revision import is_paired, prompt_revision
from models.language.encoders import SHIPPED
from models.language.mecab import MecabAnalyzer
from models.language.morpheme_encoder import MorphemeEncoder
from models.language.paired_encoder import PairedEncoder, VectorPart, fault_in, prompt_part, without_part
from models.language.sentence_encoder import DIMENSIONS, DIRECTIONS, FULL_DIMENSIONS, SentenceEncoder
from models.language.vector_lane import vector_lane_by


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder()


@pytest.fixture(scope="module")
def pair(encoder: SentenceEncoder) -> PairedEncoder:
    return PairedEncoder(MorphemeEncoder(SHIPPED, MecabAnalyzer()), encoder)


def test_vectors_have_unit_length_and_meet_across_languages(encoder: SentenceEncoder) -> None:
    asked = encoder.embed(["휴가는 어떻게 신청하나요?"])[0]
    told = encoder.embed(
        [
            "How do I request time off?",
            "The printer is out of paper",
            "프린터에 종이가 없습니다",
            "휴가 신청 방법",
        ]
    )
    assert asked.shape == (encoder.dimensions,) == (DIMENSIONS,)
    np.testing.assert_allclose(np.linalg.norm(told, axis=1), 1, atol=1e-5)
    likeness = told @ asked
    assert min(likeness[0], likeness[3]) > max(likeness[1], likeness[2]) + 0.1


def test_a_text_has_one_vector_whatever_stands_beside_it(encoder: SentenceEncoder) -> None:
    texts = ["서버 장애", "a much longer text " * 40, "출장비 정산은 영수증을 붙여 올립니다"]
    np.testing.assert_allclose(
        encoder.embed(texts), np.vstack([encoder.embed([text]) for text in texts]), atol=1e-5
    )


@pytest.mark.parametrize("silent", ["", " \n", "😀😀", "?!… —", "\u200b"])
def test_what_has_no_letter_says_nothing(encoder: SentenceEncoder, silent: str) -> None:
    vectors = encoder.embed([silent, "휴가"])
    assert not vectors[0].any()
    assert vectors[1].any()


@pytest.mark.parametrize(
    "odd", ["휴가 \ud800 신청", "가" * 100_000, "ㅋ" * 5_000, "日本語の文", "صباح الخير", "a\x00b", "𝔘𝔫𝔦"]
)
def test_odd_texts_have_vectors_too(encoder: SentenceEncoder, odd: str) -> None:
    vector = encoder.embed([odd])[0]
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_of_a_pasted_page_the_beginning_counts(encoder: SentenceEncoder) -> None:
    page = "휴가 신청은 근태 시스템에서 합니다. " * 500
    np.testing.assert_array_equal(*encoder.embed([page, page[: sentence_encoder.LONGEST]]))


def test_the_directions_that_are_kept_lose_next_to_nothing(encoder: SentenceEncoder) -> None:
    directions = np.load(DIRECTIONS)
    assert directions.shape == (FULL_DIMENSIONS, DIMENSIONS)
    np.testing.assert_allclose(directions.T.astype(float) @ directions, np.eye(DIMENSIONS), atol=2e-3)
    texts = ["휴가는 어떻게 신청하나요?", "How do I request time off?", "프린터에 종이가 없습니다"]
    few, all_ = (each.embed(texts) for each in (encoder, SentenceEncoder(directions=None)))
    np.testing.assert_allclose(few @ few.T, all_ @ all_.T, atol=0.12)


def test_a_missing_package_is_told_and_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence_encoder, "PACKAGE", "no-such-package")
    check_fault("not installed")


def test_other_weights_are_told_and_say_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sentence_encoder.DIGESTS, "weights.npz", "0" * 64)
    check_fault("weights.npz: is damaged")


def test_another_version_is_told_and_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence_encoder, "VERSION", "9.9.9")
    check_fault("is version 0.2.1, not 9.9.9")


def test_a_file_that_cannot_be_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sentence_encoder.DIGESTS, "gone.npz", "0" * 64)
    check_fault("gone.npz: cannot be read")


def check_fault(told: str) -> None:
    encoder = SentenceEncoder()
    assert told in str(encoder.fault)
    assert "pip install" in str(encoder.fault)
    assert not encoder.embed(["휴가 신청"]).any()
    # What is left of the two goes on, and people are told.
    embedder, lane, fault = vector_lane_by(SHIPPED, MecabAnalyzer(), None, paired=True)
    assert told in lane
    assert told in str(fault)
    assert isinstance(embedder, PairedEncoder)
    assert fault_in(embedder) is fault
    vector = embedder.embed(["휴가 신청"])[0]
    assert vector[: embedder.prompt.dimensions].any()
    assert not vector[embedder.prompt.dimensions :].any()


def test_the_inner_product_of_a_pair_is_the_mean_of_two_cosines(pair: PairedEncoder) -> None:
    texts = ["휴가는 어떻게 신청하나요?", "How do I request time off?", "프린터에 종이가 없습니다"]
    whole, prompt, following = (each.embed(texts) for each in (pair, pair.prompt, pair.following))
    np.testing.assert_allclose(whole @ whole.T, (prompt @ prompt.T + following @ following.T) / 2, atol=1e-5)
    assert whole.shape == (3, pair.dimensions)


@pytest.mark.parametrize(("part", "other"), [("prompt", "following"), ("following", "prompt")])
def test_without_a_part_of_a_question_the_inner_product_is_the_cosine_of_the_other(
    pair: PairedEncoder, part: VectorPart, other: str
) -> None:
    asked, *texts = ["휴가는 어떻게 신청하나요?", "How do I request time off?", "프린터에 종이가 없습니다"]
    left = without_part(pair.embed([asked])[0], part)
    alone: Embedder = getattr(pair, other)
    cosines = alone.embed(texts) @ alone.embed([asked])[0]
    np.testing.assert_allclose(pair.embed(texts) @ left, cosines, atol=1e-5)


def test_without_a_part_a_question_that_lacks_it_stays_as_it_is(pair: PairedEncoder) -> None:
    vector = np.hstack([pair.prompt.embed(["휴가 신청"])[0], np.zeros(pair.following.dimensions, np.float32)])
    np.testing.assert_allclose(without_part(vector, "following"), vector, atol=1e-6)
    assert not without_part(vector, "prompt").any()


def test_what_says_nothing_to_one_of_a_pair_has_the_other_part(pair: PairedEncoder) -> None:
    class Silent(SentenceEncoder):
        def embed(self, texts: Sequence[str], forms: object = None) -> np.ndarray:
            return np.zeros((len(texts), self.dimensions), np.float32)

    alone = PairedEncoder(pair.prompt, Silent()).embed(["휴가 신청"])[0]
    np.testing.assert_allclose(
        alone[: pair.prompt.dimensions], pair.prompt.embed(["휴가 신청"])[0], atol=1e-6
    )
    assert not pair.embed(["?!"]).any()


def test_a_revision_tells_of_both_parts(pair: PairedEncoder) -> None:
    assert is_paired(pair.revision)
    assert not is_paired(pair.prompt.revision)
    assert prompt_revision(pair.revision) == prompt_revision(pair.prompt.revision) == pair.prompt.revision
    assert pair.following.revision in pair.revision
    assert prompt_part(pair) is pair.prompt
    assert prompt_part(pair.prompt) is pair.prompt
    assert prompt_part(None) is None
