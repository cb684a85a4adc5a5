"""Figures of comparisons, studies, calibrations and scored forecasts."""
