"""The scheduler: APScheduler runs due work."""
