"""Maintainer tools that build `seeds/theatre/` from packaged public geodata.

Not needed at run time.
"""
