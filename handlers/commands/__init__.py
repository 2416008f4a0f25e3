"""`/incident`: parsing, dispatch, and what each command does and replies."""

from handlers.commands import (
    action_items,
    away,
    catch_up,
    forget,
    incidents,
    key_times,
    library,
    postmortem,
    record,
    reports,
    review_meeting,
    timeline,
)
from handlers.commands.call import CommandHandlers

COMMAND_HANDLERS: CommandHandlers = {
    **incidents.COMMAND_HANDLERS,
    **record.COMMAND_HANDLERS,
    **forget.COMMAND_HANDLERS,
    **key_times.COMMAND_HANDLERS,
    **timeline.COMMAND_HANDLERS,
    **catch_up.COMMAND_HANDLERS,
    **postmortem.COMMAND_HANDLERS,
    **review_meeting.COMMAND_HANDLERS,
    **action_items.COMMAND_HANDLERS,
    **away.COMMAND_HANDLERS,
    **reports.COMMAND_HANDLERS,
    **library.COMMAND_HANDLERS,
}
