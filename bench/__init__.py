"""Measurements, beside peers that are measured in the same run. Nothing here is a test.

``python -m bench`` prints all of it in about four minutes; each module prints its own part.
"""
