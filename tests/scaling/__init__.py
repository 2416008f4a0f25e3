"""Checks that every pattern and text function takes linear time, even on hostile texts."""
