"""Figures of `landbridge check-model`."""
