"""From a record to the draft of its postmortem. Pure: the same record gives the same draft.

A rule stays silent when it isn't sure.
"""
