"""Tensors in a file that is mapped into memory, not read: what is used of them the system keeps once for all
processes. Files are in the format of safetensors."""

import json
import mmap
import os
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Tensors = Mapping[str, npt.NDArray[Any]]
TYPES = {"U8": "u1", "U32": "<u4", "F32": "<f4", "F64": "<f8"}
"""The types of values that are read, and what numpy calls them."""
LENGTH = 8
"""Bytes that say how long the list of tensors is."""


def map_tensors(path: Path) -> Tensors:
    """The tensors of a file by name, read-only; they stay when the file is deleted or replaced.

    Raises `OSError`, and `ValueError` for what is no such file or is cut off.
    """
    try:
        with path.open("rb") as file:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        begin, listed = _listed(content)
        return {name: _tensor(content, begin, **told) for name, told in listed.items()}
    except (ValueError, OverflowError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path}: is no file of tensors ({error}).") from error


class StoredRows:
    """A table in a file of which single rows are read, each when it is asked for: a microsecond.

    Where a mapped table is touched, the system maps the pages around as well (64 KB by default): rows here
    and there soon bring all of it into the memory of every process.
    """

    def __init__(self, path: Path, name: str) -> None:
        """Of the tensor of this name in a file that `map_tensors` takes."""
        self._file = path.open("rb", buffering=0)
        with mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            begin, listed = _listed(content)
        told = listed[name]
        self._start = begin + told["data_offsets"][0]
        self._kind, self._width = np.dtype(TYPES[told["dtype"]]), told["shape"][1]

    def __getitem__(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
        """Shape (len(rows), columns)."""
        file, size = self._file.fileno(), self._width * self._kind.itemsize
        read = b"".join([os.pread(file, size, self._start + row * size) for row in rows.tolist()])
        return np.frombuffer(read, self._kind).reshape(len(rows), self._width)


def _listed(content: mmap.mmap) -> tuple[int, dict[str, dict[str, Any]]]:
    """Where the values begin, and what is told of each tensor, by name."""
    begin = LENGTH + int.from_bytes(content[:LENGTH], "little")
    return begin, json.loads(content[LENGTH:begin])


def _tensor(
    content: mmap.mmap, begin: int, *, dtype: str, shape: list[int], data_offsets: list[int]
) -> npt.NDArray[Any]:
    start, end = data_offsets
    kind = np.dtype(TYPES[dtype])
    if end - start != prod(shape) * kind.itemsize:
        raise ValueError(f"{end - start} bytes for {shape} values of {kind}")
    return np.frombuffer(content, kind, prod(shape), begin + start).reshape(shape)
