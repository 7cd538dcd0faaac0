"""The export of a Slack workspace, as a folder or a zip that is read without unpacking it."""

from pipelines.sources.slack.export import read

__all__ = ["read"]
