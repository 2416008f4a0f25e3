"""Measurements, run by hand with `make bench`; figures belong to the machine they were made on."""
