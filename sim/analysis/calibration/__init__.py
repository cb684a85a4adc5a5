"""Fitting the pooled inputs to the past without a likelihood: windows, table, fit."""
