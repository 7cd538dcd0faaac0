"""Encoders as good as the one that ships, whose vectors have nothing to do with its vectors."""

import shutil
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from models.language.encoders import SHIPPED


def shuffled_encoder(folder: Path, seed: int = 1) -> Path:
    """A directory that is made, with the shipped encoder's dimensions in another order for each seed."""
    shutil.copytree(SHIPPED, folder)
    path = folder / "model.safetensors"
    tensors = load_file(path)
    order = np.random.default_rng(seed).permutation(tensors["embeddings"].shape[1])
    save_file(tensors | {"embeddings": np.ascontiguousarray(tensors["embeddings"][:, order])}, path)
    return folder
