"""The Web API: a table of methods, one module per family."""
