"""What one run says: estimate, doubt, summary."""
