"""Values and rules shared by all areas. Pure: standard library only."""
