"""What could answer? The one place that asks an engine for a question."""
