"""The ODD description of the model, read off the code, the settings and a theatre's tables."""
