"""Every figure can be counted again from `debrief export --all`, by other code than ours.

Nothing of the bot's counting is imported here: what it says is compared with what the JSON gives.
"""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import typer
from typer.testing import CliRunner

from bot.cli.export import export
from bot.config.context import Bot
from bot.reports import data_export, monthly, weekly_digest
from storage.engine import schema
from storage.engine.store import Store
from tests.support import year

Json = dict[str, Any]
app = typer.Typer()
app.command()(export)


@app.callback()
def debrief() -> None:
    """A second command makes `export` a name to type, as in the real program."""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('year') / 'debrief.db'}")
    schema.upgrade(store)
    yield year.live(store)
    store.close()


@pytest.fixture(scope="module")
def exported(lived: Bot) -> Json:
    with lived.store.begin() as session:
        found: Json = json.loads(data_export.as_json(session, lived, lived.now(), private=True))
    return found


def at(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


# Items, as they were at a time: each change since then is left out.


def _state(item: Json, when: datetime) -> str:
    changes = [each for each in item["changes"] if each["change"] == "state"]
    if not changes:
        return str(item["state"])
    known = [each["value"] for each in changes if moment(each["at"]) < when]
    return known[-1] if known else "open" if changes[0]["value"] == "done" else "suggested"


def _weekly(items: list[Json], when: datetime, zone: ZoneInfo) -> dict[str, int]:
    today, week = when.astimezone(zone).date(), timedelta(days=7)
    there = [each for each in items if moment(each["created_at"]) < when]
    states = {each["id"]: _state(each, when) for each in there}
    stood = [each for each in there if states[each["id"]] in {"open", "done"}]
    is_open = [each for each in stood if states[each["id"]] == "open"]
    dated = [each for each in stood if each["due"]]
    fell = [e for e in dated if today - week <= date.fromisoformat(e["due"]) < today]
    ended = [at(e["done_at"]) for e in stood if states[e["id"]] == "done"]
    return {
        "opened": sum(when - week <= moment(each["created_at"]) for each in stood),
        "done": sum(end is not None and when - week <= end < when for end in ended),
        "open": len(is_open),
        "oldest": max(((when - moment(each["created_at"])).days for each in is_open), default=0),
        "fell_due": len(fell),
        "kept": sum(states[each["id"]] == "done" for each in fell),
        "overdue": sum(bool(e["due"]) and date.fromisoformat(e["due"]) < today for e in is_open),
    }


DATED = ("fell_due", "kept", "overdue")


def test_every_weekly_digest_can_be_counted_again(exported: Json) -> None:
    zone = ZoneInfo(exported["zone"])
    items = exported["action_items"]
    moves = [moment(c["at"]) for i in items for c in i["changes"] if c["change"] == "due"]
    weeks = [each for each in exported["digests"] if "-W" in each["of"]]
    assert len(weeks) > 70
    whole = 0
    for digest in weeks:
        made = moment(digest["made_at"])
        again = _weekly(items, made, zone)
        # The date that an item had before it was moved is not kept, so it is compared where none was.
        moved = any(made <= move for move in moves)
        names = [name for name in again if not (moved and name in DATED)]
        whole += not moved
        assert {n: digest["figures"][n] for n in names} == {n: again[n] for n in names}, digest[
            "of"
        ]
    assert sum(each["figures"]["overdue"] for each in weeks) > 500
    assert whole > 30


def test_this_week_is_counted_again_to_the_last_figure(lived: Bot, exported: Json) -> None:
    with lived.store.begin() as session:
        now = weekly_digest.current_figures(session, lived, lived.now())
    again = _weekly(
        exported["action_items"], moment(exported["made_at"]), ZoneInfo(exported["zone"])
    )
    assert {name: getattr(now, name) for name in again} == again
    assert all(again.values()), again  # none of them is compared as nothing with nothing
    severity = {each["key"]: each["severity"] or "" for each in exported["incidents"]}
    for level, counts in now.by_severity.items():
        own = [each for each in exported["action_items"] if severity[each["incident"]] == level]
        mine = _weekly(own, moment(exported["made_at"]), ZoneInfo(exported["zone"]))
        assert counts == {name: mine[name] for name in counts}, level


# A month.


def _in(month: str, written: str | None, zone: ZoneInfo) -> bool:
    return bool(written) and f"{moment(str(written)).astimezone(zone):%Y-%m}" == month


def _middle(values: list[int]) -> float | None:
    ordered, n = sorted(values), len(values)
    if n < 5:
        return None
    return ordered[n // 2] if n % 2 else (ordered[n // 2 - 1] + ordered[n // 2]) / 2


def _ninth(values: list[int]) -> int | None:
    if len(values) < 10:
        return None
    return min(v for v in values if 10 * sum(each <= v for each in values) >= 9 * len(values))


def _spread(values: list[int]) -> Json:
    return {"n": len(values), "median": _middle(values), "ninth": _ninth(values)}


def _final(incident: Json) -> str | None:
    steps = incident["review"]
    return str(steps[-1]["at"]) if steps and steps[-1]["step"] == "final" else None


def _needed(incident: Json) -> bool:
    need = (incident["postmortem"] or {}).get("document", {}).get("need") or {}
    return bool(need.get("needed")) or any(each["wanted"] for each in incident["decisions"])


def _skipped(incident: Json) -> bool:
    return bool(incident["decisions"]) and not incident["decisions"][-1]["wanted"]


def _working_days(first: str, last: str, zone: ZoneInfo) -> int:
    day, end = (moment(each).astimezone(zone).date() for each in (first, last))
    count = 0
    while day < end:
        day += timedelta(days=1)
        count += day.isoweekday() <= 5
    return count


def _thing(incident: Json) -> str:
    return " ".join(incident["title"].split()[:2])


def _again(incident: Json, others: list[Json]) -> bool:
    then = moment(incident["declared_at"])
    return any(
        _thing(each) == _thing(incident)
        and timedelta() < then - moment(each["declared_at"]) <= timedelta(days=30)
        for each in others
    )


def _kept(items: list[Json], month: str, zone: ZoneInfo) -> Json:
    due = [
        each
        for each in items
        if each["state"] in {"open", "done"} and (each["due"] or "")[:7] == month
    ]
    ended = [moment(each["done_at"]).astimezone(zone) for each in due if each["state"] == "done"]
    return {"part": sum(f"{end:%Y-%m}" <= month for end in ended), "whole": len(due)}


def _monthly(exported: Json, month: str) -> Json:
    zone = ZoneInfo(exported["zone"])
    real = [each for each in exported["incidents"] if each["status"] != "cancelled"]
    declared = [each for each in real if _in(month, each["declared_at"], zone)]
    resolved = [each for each in real if _in(month, each["resolved_at"], zone)]
    need = [each for each in resolved if _needed(each)]
    final = [each for each in real if each["resolved_at"] and _in(month, _final(each), zone)]
    spans = [
        (each["postmortem"] or {}).get("document", {}).get("durations", {}) for each in resolved
    ]
    return {
        "month": month,
        "kept": _kept(exported["action_items"], month, zone),
        "written": {"part": sum(_final(each) is not None for each in need), "whole": len(need)},
        "skipped": sum(_skipped(each) for each in need),
        "to_final": _spread(
            [_working_days(each["resolved_at"], str(_final(each)), zone) for each in final]
        ),
        "repeats": {"part": sum(_again(each, real) for each in declared), "whole": len(declared)},
        "spans": {
            name: _spread([each[name] for each in spans if each.get(name) is not None])
            for name in ("ttd", "tta", "ttm", "ttr")
        },
        "severities": dict(sorted(Counter(each["severity"] or "" for each in declared).items())),
    }


def test_every_month_can_be_counted_again(lived: Bot, exported: Json) -> None:
    with lived.store.begin() as session:
        months = monthly.load_up_to(session, lived, "2026-06")
    assert [each.month for each in months] == [f"2025-{n:02d}" for n in range(7, 13)] + [
        f"2026-{n:02d}" for n in range(1, 7)
    ]
    for made in months:
        assert json.loads(json.dumps(made.as_dict())) == _monthly(exported, made.month)
    # None of it is compared as nothing with nothing, and some are of too few.
    assert all(made.repeats.whole and made.written.whole and made.kept.percent for made in months)
    assert sum(made.repeats.part for made in months) > 12
    assert {made.to_final.ninth is None for made in months} == {True, False}
    assert {made.spans["ttr"].ninth is None for made in months} == {True, False}


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["export", *arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def here(lived: Bot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{lived.store.file}")
    return tmp_path


def test_private_incidents_are_written_only_when_asked_for(here: Path, exported: Json) -> None:
    code, out, _ = run("--all")
    assert code == 0
    found = json.loads(out)
    assert found["schema"] == "debrief.export/1"
    hidden = {each["key"] for each in exported["incidents"] if each["private"]}
    assert found["private_incidents_left_out"] == len(hidden) > 5
    assert not [key for key in hidden if key in out]
    assert len(found["incidents"]) == len(exported["incidents"]) - len(hidden)
    assert not [each for each in found["action_items"] if each["incident"] in hidden]
    code, _, _ = run("--all", "--private", "-o", str(here / "all.json"))
    assert code == 0
    whole = json.loads((here / "all.json").read_text("utf-8"))
    assert whole["incidents"] == exported["incidents"]
    assert whole["action_items"] == exported["action_items"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ((), "Nothing to export"),
        (("--all", "INC-2025-001"), "--all exports everything"),
        (("--all", "--public"), "--all exports everything"),
        (("--all", "--format", "md"), "--all exports everything"),
        (("--all", "--template", "full"), "--all exports everything"),
    ],
)
def test_what_is_to_be_written_has_to_be_clear(
    here: Path, typed: tuple[str, ...], told: str
) -> None:
    assert here.is_dir()
    code, out, error = run(*typed)
    assert (code, out) == (2, "")
    assert told in error


def test_where_there_is_no_database_none_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    code, _, error = run("--all")
    assert code == 2
    assert "There's no database at" in error
    assert not (tmp_path / "none.db").exists()


def test_times_are_in_utc(exported: Json) -> None:
    assert exported["made_at"] == "2026-07-03T15:30:00Z"
    assert exported["zone"] == "Europe/Berlin"
    first = exported["incidents"][0]
    assert moment(first["declared_at"]).tzinfo == UTC
