"""The store: SQL is the truth, and only this package speaks it."""

from models.store.store import Store

__all__ = ["Store"]
