"""From settings and theatre to the records and the first day that kernels read."""
