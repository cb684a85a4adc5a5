"""The live view: worlds are run as settings are moved, and a page shows them as they come."""
