"""Find what caused an incident: rank every sentence that may say so, and decide by the margin."""
