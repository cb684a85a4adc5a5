"""What runs say: intervals, summaries, comparisons."""
