"""Find the impact: figures for what an incident did to users, systems, data and money."""
