"""The settings: their types, their composition, their checks."""
