"""Many worlds of one scenario: blocks, threads, and the run folder they fill."""
