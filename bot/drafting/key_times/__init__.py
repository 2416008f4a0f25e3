"""Rules that find the eight key times, from start to resolution, and the times that people mention."""
