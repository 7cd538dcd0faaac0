"""A sentence-transformers model by its ONNX file: without torch, and faster on a processor."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from models.errors import BadEncoder, BadSetting
from models.language.encoder_revision import encoder_revision
from models.language.static_tensors import REMEDY, TOKENIZER, unit
from models.language.whole_texts import embed_whole

MODEL = Path("onnx") / "model.onnx"
MODULES = "modules.json"
SETTINGS = "sentence_bert_config.json"
PROMPTS = "config_sentence_transformers.json"
LONGEST = 512
"""Tokens that are read of a text where the model's settings do not say."""
TEXTS_AT_A_TIME = 32

Floats = npt.NDArray[np.float32]
Pooling = Callable[[Floats, npt.NDArray[np.int64]], Floats]
"""Token vectors, shape (texts, tokens, dimensions), and their mask, (texts, tokens), in; text vectors out."""


class OnnxEncoder:
    """A transformer and a pooling of its tokens, as sentence-transformers lays them out. No download.

    Raises `BadSetting` where the extra is not installed, `BadEncoder` for a directory that it cannot load.
    """

    def __init__(self, directory: Path) -> None:
        try:
            import onnxruntime
        except ImportError as error:
            raise BadSetting(
                f"{directory} holds an ONNX model, and its runtime is not installed.",
                remedy="Run: pip install 'dure[onnx]'",
            ) from error
        try:
            self._pool = _pooling(directory)
            self._tokenizer = _tokenizer(directory)
            self._prompt = _default_prompt(directory)
            self._session = onnxruntime.InferenceSession(
                directory / MODEL, providers=["CPUExecutionProvider"]
            )
        except BadEncoder:
            raise
        except Exception as error:  # runtime and tokenizer raise whatever a damaged file makes them raise
            raise BadEncoder(f"{directory}: cannot be loaded ({error}).", remedy=REMEDY) from error
        self._inputs = [given.name for given in self._session.get_inputs()]
        self.revision = f"onnx-{encoder_revision(directory)}"
        self.dimensions = self._run(["연차"]).shape[1]

    def embed(
        self, texts: Sequence[str], forms: Sequence[Sequence[str]] | None = None
    ) -> npt.NDArray[np.float32]:
        """As `embed_whole`; each row has unit length."""
        return unit(embed_whole(texts, self.dimensions, self._encode))

    def _encode(self, texts: list[str]) -> Floats:
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        # Texts of about one length together: the shorter ones of a batch are filled up.
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        for start in range(0, len(order), TEXTS_AT_A_TIME):
            batch = order[start : start + TEXTS_AT_A_TIME]
            vectors[batch] = self._run([self._prompt + texts[row] for row in batch])
        return vectors

    def _run(self, texts: list[str]) -> Floats:
        read = self._tokenizer.encode_batch(texts)
        mask = np.array([text.attention_mask for text in read], dtype=np.int64)
        given = {
            "input_ids": np.array([text.ids for text in read], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.array([text.type_ids for text in read], dtype=np.int64),
        }
        tokens, *_ = self._session.run(None, {name: given[name] for name in self._inputs})
        return self._pool(np.asarray(tokens, dtype=np.float32), mask)


def has_onnx(directory: Path) -> bool:
    """Whether a sentence-transformers directory has an ONNX file."""
    return (directory / MODEL).is_file()


def _tokenizer(directory: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(directory / TOKENIZER))
    settings = _read(directory / SETTINGS) if (directory / SETTINGS).is_file() else {}
    longest = settings.get("max_seq_length") or LONGEST
    padding = tokenizer.padding or {}
    tokenizer.enable_truncation(longest)
    tokenizer.enable_padding(
        pad_id=padding.get("pad_id", tokenizer.token_to_id("[PAD]") or tokenizer.token_to_id("<pad>") or 0)
    )
    return tokenizer


def _default_prompt(directory: Path) -> str:
    """What every text begins with by the model's settings, as E5's with "query: "; of most models nothing."""
    settings = _read(directory / PROMPTS) if (directory / PROMPTS).is_file() else {}
    name = settings.get("default_prompt_name")
    return str(settings["prompts"][name]) if name else ""


def _pooling(directory: Path) -> Pooling:
    """The pooling that the modules after the transformer name; `BadEncoder` for modules of other kinds."""
    modules = {module["type"].rsplit(".", 1)[-1]: module["path"] for module in _read(directory / MODULES)}
    if others := modules.keys() - {"Transformer", "Pooling", "Normalize"}:
        raise BadEncoder(
            f"{directory / MODULES}: {', '.join(sorted(others))} cannot be run from an ONNX file.",
            remedy=f"Remove {MODEL}, and install 'dure[transformers]'.",
        )
    settings = _read(directory / modules["Pooling"] / "config.json") if "Pooling" in modules else {}
    kinds = [kind for kind in _POOLINGS if settings.get("pooling_mode") == kind or settings.get(_FLAGS[kind])]
    if len(kinds) != 1:
        raise BadEncoder(
            f"{directory}: of its tokens' vectors neither the mean is taken nor the first or last one.",
            remedy=f"Remove {MODEL}, and install 'dure[transformers]'.",
        )
    return _POOLINGS[kinds[0]]


def _mean(tokens: Floats, mask: npt.NDArray[np.int64]) -> Floats:
    weights = mask[:, :, None].astype(np.float32)
    mean: Floats = (tokens * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), np.float32(1e-9))
    return mean


def _first(tokens: Floats, mask: npt.NDArray[np.int64]) -> Floats:
    return tokens[:, 0]


def _last(tokens: Floats, mask: npt.NDArray[np.int64]) -> Floats:
    last: Floats = tokens[np.arange(len(tokens)), mask.sum(axis=1) - 1]
    return last


_POOLINGS: Mapping[str, Pooling] = {"mean": _mean, "cls": _first, "lasttoken": _last}
_FLAGS = {
    "mean": "pooling_mode_mean_tokens",
    "cls": "pooling_mode_cls_token",
    "lasttoken": "pooling_mode_lasttoken",
}


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
