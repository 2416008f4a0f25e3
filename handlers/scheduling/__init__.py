"""The scheduler: APScheduler runs the due work."""
