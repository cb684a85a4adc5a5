"""Questions that take several runs: comparison, criticality, threshold."""
