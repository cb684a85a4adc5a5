"""Forecasts from days in the past, held against what happened."""
