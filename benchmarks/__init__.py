"""Benchmarks, run by hand with `make bench`. Their figures depend on the machine."""
