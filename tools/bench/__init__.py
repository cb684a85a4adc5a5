"""The benchmark (`make bench`): ratios measured side by side in one run, written to `bench.json`.

Absolute times say little on a machine that others use, so what is compared is measured in turns
and the median of the turns is taken; what one core does is measured in time of its processor.
"""
