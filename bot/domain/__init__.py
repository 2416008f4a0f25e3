"""Values and rules. Standard library only: nothing here knows Slack, SQL or a template."""
