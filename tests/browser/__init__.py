"""Browser tests of the `debrief sandbox` page. `make test-browser` runs them."""
