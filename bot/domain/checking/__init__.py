"""What a postmortem's text is checked for: blame, missing sections, action items without what they need."""
