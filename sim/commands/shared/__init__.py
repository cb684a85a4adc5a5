"""What commands share: arguments, progress, words for a terminal, figure workers."""
