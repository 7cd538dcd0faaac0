"""The embedded engine: tantivy for words, FAISS for vectors, one folder, no server."""

from indexer.embedded.engine import EmbeddedEngine

__all__ = ["EmbeddedEngine"]
