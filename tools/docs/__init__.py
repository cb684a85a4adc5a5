"""What the documentation is made of: generated pages, the architecture picture, the site."""
