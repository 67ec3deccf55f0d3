"""Whole journeys in Chromium against the portal as `make run` starts it. One page alone is tested beside its room."""
