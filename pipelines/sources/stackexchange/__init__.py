"""The dump of a Stack Exchange site, as a folder or a zip that is read without unpacking it."""

from pipelines.sources.stackexchange.dump import read

__all__ = ["read"]
