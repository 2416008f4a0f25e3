"""Read the configuration file, for commands that may need nothing else."""

from pathlib import Path

from bot.config import policy
from bot.config.policy import Policy
from bot.rendering import team_templates


def load_policy(file: Path | None) -> Policy:
    """Read the configuration and check the team's templates.

    Raises an error for a mistake in either.
    """
    team = policy.load(file)
    team_templates.check(team.postmortem.templates)
    return team
