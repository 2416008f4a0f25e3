"""Word parts of a draft with a model's sentences, each checked against the messages it cites."""
