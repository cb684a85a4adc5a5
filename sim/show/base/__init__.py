"""What figures share: style, ground map, names, labels, legends, numbers in words."""
