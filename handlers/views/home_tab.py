"""Layout of the Home tab."""

from bot.config.context import Bot
from bot.people.home_tab import MAX_SHOWN, HomeTab
from bot.rendering import render
from handlers.views import action_item_message, blocks, layouts
from handlers.views.blocks import Block

DECLARE, HOUR, BACK = "home_declare", "home_hour", "home_back"


def home(bot: Bot, tab: HomeTab) -> Block:
    """Return the view: the person's items, their incidents, Declare, reminder settings, help."""
    return {
        "type": "home",
        "blocks": [*_items(tab), *_incidents(tab), *_settings(bot, tab)],
    }


def outsider_view() -> Block:
    """Return the view for guests and people from other workspaces, which shows no data."""
    return {"type": "home", "blocks": [blocks.context(render.line("home_closed"))]}


def _items(tab: HomeTab) -> list[Block]:
    count = len(tab.items) + tab.more_items
    more = count - MAX_SHOWN
    layout = [blocks.header(render.line("home_items", count=count))]
    for item, incident in tab.items[:MAX_SHOWN]:
        line = render.line("due_item", item=item, incident=incident, link=None, today=tab.today)
        layout += [blocks.section(line), blocks.actions(action_item_message.reminder_buttons(item))]
    if more > 0 or not tab.items:
        layout.append(blocks.context(render.line("home_more", more=more)))
    return layout


def _incidents(tab: HomeTab) -> list[Block]:
    more = len(tab.incidents) + tab.more_incidents - MAX_SHOWN
    lines = render.line("home_incidents", incidents=tab.incidents[:MAX_SHOWN], more=more)
    button = blocks.button(render.line("home_declare"), DECLARE, "new", primary=True)
    return [
        blocks.header(render.line("home_incidents_head")),
        blocks.section(lines),
        blocks.actions([button]),
    ]


def _settings(bot: Bot, tab: HomeTab) -> list[Block]:
    hours = bot.policy.working_hours
    options = {str(hour): f"{hour:02}:00" for hour in range(hours.start, hours.end)}
    hour_menu = blocks.select(HOUR, render.line("home_hour_label"), options, str(tab.hour))
    reminders = render.line("home_reminders", zone=tab.zone)
    away = render.line("home_away", back_on=tab.back_on)
    back = [blocks.button(render.line("label_back"), BACK, "me")] if tab.back_on else []
    return [
        blocks.header(render.line("home_reminders_head")),
        blocks.section(reminders) | {"accessory": hour_menu},
        blocks.section(away),
        blocks.actions([*back, layouts.away_button()]),
        blocks.context(render.line("home_help", command=bot.policy.command)),
    ]
