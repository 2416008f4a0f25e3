"""Checks of a postmortem's text: blame, missing sections, incomplete action items. Pure."""
