"""`/incident`: parsing, dispatch, and what each command does and answers."""

from handlers.commands import (
    action_items,
    forget,
    incident,
    key_times,
    library,
    postmortem,
    record,
    review_meeting,
    show,
)
from handlers.commands.call import CommandHandlers

COMMAND_HANDLERS: CommandHandlers = {
    **incident.COMMAND_HANDLERS,
    **record.COMMAND_HANDLERS,
    **forget.COMMAND_HANDLERS,
    **postmortem.COMMAND_HANDLERS,
    **action_items.COMMAND_HANDLERS,
    **review_meeting.COMMAND_HANDLERS,
    **key_times.COMMAND_HANDLERS,
    **show.COMMAND_HANDLERS,
    **library.COMMAND_HANDLERS,
}
