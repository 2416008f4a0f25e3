"""Emoji common in incident channels, by Slack's names; others stay `:name:`."""

import re

from markupsafe import Markup

NAMES = {
    "+1": "👍",
    "-1": "👎",
    "100": "💯",
    "alarm_clock": "⏰",
    "arrow_right": "➡️",
    "ballot_box_with_check": "☑️",
    "bar_chart": "📊",
    "beers": "🍻",
    "bell": "🔔",
    "boom": "💥",
    "bug": "🐛",
    "bulb": "💡",
    "calendar": "📅",
    "chart_with_downwards_trend": "📉",
    "chart_with_upwards_trend": "📈",
    "clap": "👏",
    "clipboard": "📋",
    "closed_lock_with_key": "🔐",
    "clock3": "🕒",
    "coffee": "☕",
    "crossed_fingers": "🤞",
    "grimacing": "😬",
    "construction": "🚧",
    "dart": "🎯",
    "eyes": "👀",
    "facepalm": "🤦",
    "fire": "🔥",
    "fire_engine": "🚒",
    "four_leaf_clover": "🍀",
    "green_heart": "💚",
    "hammer_and_wrench": "🛠️",
    "heart": "❤️",
    "heavy_check_mark": "✔️",
    "hourglass_flowing_sand": "⏳",
    "jigsaw": "🧩",
    "information_source": "ℹ️",  # noqa: RUF001 - it is the emoji
    "lock": "🔒",
    "mag": "🔍",
    "memo": "📝",
    "no_entry": "⛔",
    "ok_hand": "👌",
    "pencil2": "✏️",
    "phone": "☎️",
    "pray": "🙏",
    "pushpin": "📌",
    "question": "❓",
    "rain_cloud": "🌧️",
    "raised_hands": "🙌",
    "rocket": "🚀",
    "rotating_light": "🚨",
    "satellite_antenna": "📡",
    "scales": "⚖️",
    "seedling": "🌱",
    "slightly_smiling_face": "🙂",
    "smile": "😄",
    "sob": "😭",
    "sparkles": "✨",
    "sunny": "☀️",
    "sweat_smile": "😅",
    "tada": "🎉",
    "thinking_face": "🤔",
    "thumbsup": "👍",
    "thumbsdown": "👎",
    "warning": "⚠️",
    "wave": "👋",
    "white_check_mark": "✅",
    "wrench": "🔧",
    "x": "❌",
    "zap": "⚡",
    "large_blue_circle": "🔵",
    "large_green_circle": "🟢",
    "large_orange_circle": "🟠",
    "large_yellow_circle": "🟡",
    "red_circle": "🔴",
    "white_circle": "⚪",
}
_SHORTCODE = re.compile(r":([a-z0-9_+-]{1,40}):")


def draw(name: str) -> Markup:
    """Draw an emoji by its name without colons."""
    picture = NAMES.get(name)
    if picture is None:
        return Markup("<span>:{}:</span>").format(name)
    return Markup('<span class="emoji" role="img" aria-label="{}">{}</span>').format(name, picture)


def within(text: str) -> Markup:
    """Escape a text, and replace the names of known emoji."""
    html, end = Markup(), 0
    for match in _SHORTCODE.finditer(text):
        if match[1] in NAMES:
            html += text[end : match.start()]
            html += draw(match[1])
            end = match.end()
    return html + text[end:]
