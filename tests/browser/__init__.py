"""What a person does on the page of `debrief sandbox`, in a real browser. `make test-browser` runs it."""
