"""Results that say, show and hand over what they found, in Python and in notebooks."""
