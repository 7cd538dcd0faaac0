"""A sentence-transformers model, built here: a small BERT of random weights with a WordPiece tokenizer."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.errors import BadEncoder
from models.language.transformer_encoder import TransformerEncoder

pytestmark = pytest.mark.extras

if os.environ.get("CI") != "true":
    pytest.importorskip("sentence_transformers", reason="sentence-transformers: make test-extras")

DIMENSIONS = 32
WORDS = ["연차", "휴가", "신청", "서버", "장애", "server", "##에서", "##가", "?", "반려", "됐어요"]
TEXTS = ["연차 휴가 신청", "서버에서 장애가", "server 장애?", "연차 신청 반려 됐어요 " * 40]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("model"), seed=5)


def build(folder: Path, *, seed: int) -> Path:
    """Save a model as sentence-transformers does: BERT, then the mean over its tokens."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    torch.manual_seed(seed)
    bert, words, model = folder / "bert", folder / "words.txt", folder / "model"
    words.write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]), encoding="utf-8")
    tokenizer = BertTokenizer(str(words), do_lower_case=False, strip_accents=False)
    config = BertConfig(
        vocab_size=len(WORDS) + 5,
        hidden_size=DIMENSIONS,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=64,
    )
    tokenizer.save_pretrained(bert)
    BertModel(config).save_pretrained(bert)
    SentenceTransformer(modules=[Transformer(str(bert), max_seq_length=64), Pooling(DIMENSIONS)]).save(
        str(model)
    )
    return model


def test_its_vectors_are_those_of_the_library(directory: Path) -> None:
    from sentence_transformers import SentenceTransformer

    model: Any = SentenceTransformer(str(directory), local_files_only=True)
    embedder = TransformerEncoder(directory)

    vectors = embedder.embed(TEXTS)

    assert embedder.dimensions == DIMENSIONS
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(vectors, model.encode(TEXTS, normalize_embeddings=True), atol=1e-5)
    # Not all alike: random weights still tell texts apart.
    assert (vectors @ vectors.T)[~np.eye(len(TEXTS), dtype=bool)].max() < 0.999


def test_texts_are_embedded_alike_alone_and_together(directory: Path) -> None:
    embedder = TransformerEncoder(directory)

    alone = np.concatenate([embedder.embed([text]) for text in TEXTS])

    np.testing.assert_allclose(embedder.embed(TEXTS), alone, atol=1e-5)


def test_what_says_nothing_has_a_zero_vector_and_odd_text_is_read(directory: Path) -> None:
    vectors = TransformerEncoder(directory).embed(["", " ", "?!", "😀", "연차 \ud800휴가\x00", "연차"])

    assert vectors.any(axis=1).tolist() == [False, False, False, False, True, True]
    assert np.isfinite(vectors).all()


def test_no_texts_give_no_vectors(directory: Path) -> None:
    assert TransformerEncoder(directory).embed([]).shape == (0, DIMENSIONS)


def test_the_revision_follows_the_weights(directory: Path, tmp_path: Path) -> None:
    embedder = TransformerEncoder(directory)

    assert embedder.revision == TransformerEncoder(directory).revision
    assert embedder.revision != TransformerEncoder(build(tmp_path, seed=6)).revision


def test_a_damaged_model_is_refused_with_its_directory(tmp_path: Path) -> None:
    model = build(tmp_path, seed=5)
    (weights,) = model.rglob("*.safetensors")
    weights.write_bytes(weights.read_bytes()[:100])

    with pytest.raises(BadEncoder, match="cannot be loaded") as caught:
        TransformerEncoder(model)

    assert str(model) in caught.value.message
