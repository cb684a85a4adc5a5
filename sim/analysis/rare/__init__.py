"""Small probabilities by splitting: worlds that come near the event are cloned."""
