"""The map, and who held it when."""
