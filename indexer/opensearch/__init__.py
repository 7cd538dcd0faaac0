"""The engine for a company's cluster: OpenSearch with its k-NN plugin."""

from indexer.opensearch.engine import OpenSearchEngine

__all__ = ["OpenSearchEngine"]
