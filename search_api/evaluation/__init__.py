"""Evaluation: how well this very product finds, measured on judged questions."""
