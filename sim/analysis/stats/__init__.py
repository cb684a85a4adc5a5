"""Statistics of plain arrays: they know nothing of runs and folders."""
