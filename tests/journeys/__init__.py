"""Whole journeys in Chromium against the portal as `make run` starts it. What one page does is tested beside its room."""
