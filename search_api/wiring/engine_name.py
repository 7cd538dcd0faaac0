"""Which index is used."""

from enum import StrEnum


class EngineName(StrEnum):
    """The index to use: in this process, or in an OpenSearch cluster."""

    EMBEDDED = "embedded"
    OPENSEARCH = "opensearch"
