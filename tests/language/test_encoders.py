import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from models.errors import BadEncoder, BadSetting
from models.language.encoders import load_embedder
from models.language.static_encoder import StaticEncoder
from models.language.static_tensors import TOKENS_AT_A_TIME

WORDS = ["[UNK]", "연차", "휴가", "서버", "장애"]
TABLE = np.array([[9, 9, 9], [1, 0, 0], [1, 1, 0], [0, 0, 1], [0, 1, 1]], dtype=np.float32)


def static_model(directory: Path, **tensors: np.ndarray) -> Path:
    directory.mkdir(exist_ok=True)
    tokenizer = Tokenizer(WordLevel({word: place for place, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(directory / "tokenizer.json"))
    save_file({"embeddings": TABLE, **tensors}, directory / "model.safetensors")
    (directory / "config.json").write_text(json.dumps({"normalize": True}), encoding="utf-8")
    return directory


def test_a_text_is_the_unit_mean_of_its_known_tokens(tmp_path: Path) -> None:
    encoder = StaticEncoder(static_model(tmp_path))
    vectors = encoder.embed(["연차 휴가", "연차 처음보는말", "서버"])
    assert encoder.dimensions == 3
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, [[2 / 5**0.5, 1 / 5**0.5, 0], [1, 0, 0], [0, 0, 1]], atol=1e-6)


def test_a_text_that_says_nothing_has_a_zero_vector(tmp_path: Path) -> None:
    vectors = StaticEncoder(static_model(tmp_path)).embed(["", "처음보는말", "\ud800", "연차"])
    assert vectors.any(axis=1).tolist() == [False, False, False, True]


def test_no_texts_give_no_vectors(tmp_path: Path) -> None:
    assert StaticEncoder(static_model(tmp_path)).embed([]).shape == (0, 3)


def test_weights_and_mapping_are_by_token_id(tmp_path: Path) -> None:
    model = static_model(
        tmp_path,
        embeddings=np.array([[1, 0], [0, 1]], dtype=np.float32),
        mapping=np.array([0, 0, 1, 1, 0]),
        weights=np.array([0, 3, 4, 1, 1], dtype=np.float32),
    )
    np.testing.assert_allclose(StaticEncoder(model).embed(["연차 휴가"]), [[0.6, 0.8]], atol=1e-6)


@pytest.mark.parametrize("dtype", [np.float16, np.float64, np.int8])
def test_small_number_types_give_the_same_vectors(tmp_path: Path, dtype: type) -> None:
    expected = StaticEncoder(static_model(tmp_path / "float32")).embed(["연차 휴가 장애"])
    stored = static_model(tmp_path / "other", embeddings=(TABLE * 7).astype(dtype))
    np.testing.assert_allclose(StaticEncoder(stored).embed(["연차 휴가 장애"]), expected, atol=1e-3)


def test_texts_longer_than_a_batch_are_read_to_the_end(tmp_path: Path) -> None:
    texts = ["연차", "연차 " * TOKENS_AT_A_TIME + "서버 " * TOKENS_AT_A_TIME, "서버"]
    together = StaticEncoder(static_model(tmp_path)).embed(texts)
    np.testing.assert_allclose(together, [[1, 0, 0], [0.5**0.5, 0, 0.5**0.5], [0, 0, 1]], atol=1e-5)


def test_vectors_that_cancel_out_or_overflow_never_become_nan(tmp_path: Path) -> None:
    cancelling = static_model(
        tmp_path / "a", embeddings=np.array([[0], [1], [-1], [0], [0]], dtype=np.float32)
    )
    huge = static_model(tmp_path / "b", embeddings=np.full((5, 3), 3e38, dtype=np.float32))
    assert not StaticEncoder(cancelling).embed(["연차 휴가"]).any()
    assert np.isfinite(StaticEncoder(huge).embed(["연차 휴가"])).all()


def test_the_revision_follows_the_files_and_not_their_place(tmp_path: Path) -> None:
    here, there = static_model(tmp_path / "here"), static_model(tmp_path / "there")
    other = static_model(tmp_path / "other", embeddings=TABLE * [1, 1, 2])
    assert StaticEncoder(here).revision == StaticEncoder(there).revision
    assert StaticEncoder(here).revision != StaticEncoder(other).revision


@pytest.mark.parametrize(
    ("tensors", "problem"),
    [
        ({"embeddings": TABLE[:3]}, "3 rows"),
        ({"embeddings": TABLE[0]}, "table of numbers"),
        ({"embeddings": TABLE * np.nan}, "no numbers"),
        ({"weights": TABLE[:2, 0].copy()}, "weights"),
        ({"mapping": np.array([0, 1, 2, 3, 7])}, "outside"),
        ({"mapping": np.array([0, 1])}, "mapping"),
        ({"mapping": TABLE[:, 0].copy()}, "mapping"),
        ({"mapping": np.array(3)}, "mapping"),
        ({"weights": np.array(3.0)}, "weights"),
    ],
)
def test_a_damaged_model_is_refused_with_its_file_and_fault(
    tmp_path: Path, tensors: dict[str, np.ndarray], problem: str
) -> None:
    with pytest.raises(BadEncoder, match=problem) as caught:
        StaticEncoder(static_model(tmp_path, **tensors))
    assert "model.safetensors" in caught.value.message


def test_truncated_and_foreign_files_are_refused(tmp_path: Path) -> None:
    model = static_model(tmp_path)
    whole = (model / "model.safetensors").read_bytes()
    (model / "model.safetensors").write_bytes(whole[:-4])
    with pytest.raises(BadEncoder, match=r"model\.safetensors"):
        load_embedder(model)
    save_file({"other": TABLE}, model / "model.safetensors")
    with pytest.raises(BadEncoder, match="embeddings"):
        load_embedder(model)
    (model / "model.safetensors").write_bytes(whole)
    (model / "tokenizer.json").write_text('{"model": 1}', encoding="utf-8")
    with pytest.raises(BadEncoder, match=r"tokenizer\.json"):
        load_embedder(model)


def test_the_files_tell_which_encoder_a_directory_holds(tmp_path: Path) -> None:
    assert isinstance(load_embedder(static_model(tmp_path / "static")), StaticEncoder)
    with pytest.raises(BadEncoder, match="no such directory"):
        load_embedder(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadEncoder, match=r"model\.safetensors and tokenizer\.json missing"):
        load_embedder(tmp_path / "empty")


def test_a_transformer_without_its_extra_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "modules.json").write_text("[]", encoding="utf-8")
    monkeypatch.setitem(__import__("sys").modules, "sentence_transformers", None)
    with pytest.raises(BadSetting) as caught:
        load_embedder(tmp_path)
    assert "pip install 'dure[transformers]'" in caught.value.remedy
