"""What results say, as lines of text."""
