"""Maintainer tools that build the `ground/` of a theatre's folder from packaged public geodata.

Not needed at run time.
"""
