"""Measurements, as ratios to a peer that is measured in the same run. Nothing here is a test."""
