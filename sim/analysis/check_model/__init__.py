"""A check of the model: what its worlds do from day to day, measured and held to stated bounds."""
