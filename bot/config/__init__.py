"""Configuration: environment settings, the configuration file, and the `Bot` object passed to every handler."""
