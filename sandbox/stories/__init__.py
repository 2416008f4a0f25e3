"""Stories that the sandbox can play: people and channels in TOML, steps in JSON Lines."""
