"""What can be wrong with what somebody asked for. The docstring is the sentence they read."""


class BotError(Exception):
    """That did not work."""

    def __init__(self, **facts: object) -> None:
        """Fill the docstring with `facts`: `{title}` in it becomes `facts["title"]`."""
        self.facts = facts
        super().__init__((type(self).__doc__ or "").format(**facts))
