"""Whether time grows no faster than the text: every pattern and text function, on hostile texts."""
