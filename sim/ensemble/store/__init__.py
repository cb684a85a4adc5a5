"""What a run or sweep folder holds: blocks, tables, manifest, and their repair."""
