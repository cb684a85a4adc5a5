"""What was reported, and the situation of a day that follows from it."""
