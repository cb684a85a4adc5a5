"""What a sweep goes over, and what its points say."""
