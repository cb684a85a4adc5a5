"""Many scenarios in one folder: points, their runs, one table of all, and what they cost."""
