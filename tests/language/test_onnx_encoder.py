"""An ONNX model in a sentence-transformers directory, built here: a table of token vectors and their mean."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers

from models.errors import BadEncoder
from models.language.encoders import load_embedder
from models.language.onnx_encoder import MODEL, OnnxEncoder

WORDS = ["[PAD]", "[UNK]", "연차", "휴가", "신청", "서버", "장애", "server"]
DIMENSIONS = 8
TABLE = np.random.default_rng(7).standard_normal((len(WORDS), DIMENSIONS)).astype(np.float32)
MEAN = {"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}
KINDS = ("Transformer", "Pooling", "Normalize")


def build(folder: Path, *, pooling: dict[str, Any] = MEAN, kinds: tuple[str, ...] = KINDS) -> Path:
    """As a model is published: modules, pooling, tokenizer, and the ONNX file."""
    (folder / MODEL).parent.mkdir(parents=True)
    (folder / "1_Pooling").mkdir()
    modules = [
        {
            "idx": number,
            "name": str(number),
            "path": f"{number}_{kind}" if number else "",
            "type": f"st.{kind}",
        }
        for number, kind in enumerate(kinds)
    ]
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 6}))
    tokenizer = Tokenizer(models.WordLevel({word: number for number, word in enumerate(WORDS)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])],
        "tokens",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"])
            for name in ("input_ids", "attention_mask")
        ],
        [
            helper.make_tensor_value_info(
                "last_hidden_state", TensorProto.FLOAT, ["texts", "tokens", DIMENSIONS]
            )
        ],
        [numpy_helper.from_array(TABLE, "table")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, folder / MODEL)
    return folder


def unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


def test_a_text_is_the_mean_of_its_tokens(tmp_path: Path) -> None:
    embedder = OnnxEncoder(build(tmp_path / "model"))

    vectors = embedder.embed(["연차 휴가 신청", "server", "서버 장애"])

    assert embedder.dimensions == DIMENSIONS
    for vector, rows in zip(vectors, ([2, 3, 4], [7], [5, 6]), strict=True):
        np.testing.assert_allclose(vector, unit(TABLE[rows].mean(axis=0)), atol=1e-6)


@pytest.mark.parametrize(
    ("pooling", "row"),
    [({"pooling_mode_cls_token": True}, 2), ({"pooling_mode": "cls"}, 2), ({"pooling_mode": "lasttoken"}, 4)],
)
def test_a_text_may_be_its_first_or_last_token(tmp_path: Path, pooling: dict[str, Any], row: int) -> None:
    embedder = OnnxEncoder(build(tmp_path / "model", pooling=pooling))
    # A longer one beside it: what fills up the shorter one is no last token.
    vectors = embedder.embed(["연차 휴가 신청", "서버 서버 서버 서버 서버"])
    np.testing.assert_allclose(vectors[0], unit(TABLE[row]), atol=1e-6)


def test_long_texts_are_read_as_far_as_the_model_reads(tmp_path: Path) -> None:
    embedder = OnnxEncoder(build(tmp_path / "model"))
    long, cut = embedder.embed(["연차 " * 6 + "server " * 100_000, "연차 " * 6])
    np.testing.assert_allclose(long, cut, atol=1e-6)


def test_a_text_begins_with_the_prompt_that_the_model_has_for_all(tmp_path: Path) -> None:
    directory = build(tmp_path / "model")
    settings = {"prompts": {"query": "server ", "other": "장애 "}, "default_prompt_name": "query"}
    (directory / "config_sentence_transformers.json").write_text(json.dumps(settings))
    vectors = OnnxEncoder(directory).embed(["연차", "..."])
    np.testing.assert_allclose(vectors[0], unit(TABLE[[7, 2]].mean(axis=0)), atol=1e-6)
    assert not vectors[1].any()


def test_what_says_nothing_has_a_zero_vector_and_odd_text_is_read(tmp_path: Path) -> None:
    vectors = OnnxEncoder(build(tmp_path / "model")).embed(["", " ", "😀", "연차 \ud800휴가\x00", "ხმა"])
    assert vectors.any(axis=1).tolist() == [False, False, False, True, True]
    assert np.isfinite(vectors).all()


def test_a_directory_with_an_onnx_file_is_run_from_it(tmp_path: Path) -> None:
    folder = build(tmp_path / "model")
    embedder = load_embedder(folder)
    assert isinstance(embedder, OnnxEncoder)
    assert embedder.revision == OnnxEncoder(folder).revision
    assert embedder.embed([]).shape == (0, DIMENSIONS)


def test_a_damaged_file_is_refused_with_its_directory(tmp_path: Path) -> None:
    folder = build(tmp_path / "model")
    (folder / MODEL).write_bytes(b"no model")
    with pytest.raises(BadEncoder, match="cannot be loaded") as caught:
        OnnxEncoder(folder)
    assert str(folder) in caught.value.message


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"kinds": ("Transformer", "Pooling", "Dense")}, "Dense cannot be run from an ONNX file"),
        ({"pooling": {"pooling_mode_max_tokens": True}}, "neither the mean is taken nor the first or last"),
        ({"pooling": {"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": True}}, "neither the mean"),
    ],
)
def test_what_only_torch_can_run_is_refused_with_the_way_out(
    tmp_path: Path, wrong: dict[str, Any], told: str
) -> None:
    with pytest.raises(BadEncoder, match=told) as caught:
        OnnxEncoder(build(tmp_path / "model", **wrong))
    assert "dure[transformers]" in (caught.value.remedy or "")
