"""Days, weeks and months in words."""

from datetime import date

WEEK = 7


def day(value: date) -> str:
    return f"{value:%a} {value.day} {value:%b %Y}"


def near_day(value: date, today: date) -> str:
    """Name a day as people do: `today`, `tomorrow`, `Friday 13 March`; further away with its year."""
    distance = (value - today).days
    if distance in {0, 1}:
        return ("today", "tomorrow")[distance]
    return f"{value:%A} {value.day} {value:%B}" if 0 < distance < WEEK else day(value)


def period(first: date, last: date) -> str:
    """Name the days from one to another, without repeating a month or year: "2 to 8 March 2026", with a dash."""
    start = f"{first.day}"
    if (first.year, first.month) != (last.year, last.month):
        start += f" {first:%B}"
    if first.year != last.year:
        start += f" {first.year}"
    dash = "\u2013" if start.isdecimal() else " \u2013 "
    return f"{start}{dash}{last.day} {last:%B %Y}"


def short_day(value: date) -> str:
    return f"{value.day} {value:%b}"


def month_name(month: str) -> str:
    """Name a month: `March 2026` for 2026-03."""
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"
