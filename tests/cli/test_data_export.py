"""The figures of digests and monthly reports can be recomputed from `debrief export --all`.

Nothing of the bot's own counting is imported here: its figures are compared with the exported JSON.
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
from tests.support.harness import ROOT

Json = dict[str, Any]
app = typer.Typer()
app.command()(export)


@app.callback()
def debrief() -> None:
    """With a second command, `export` must be typed, as in the real program."""


@pytest.fixture(scope="module")
def bot_after_a_year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('year') / 'debrief.db'}")
    schema.upgrade(store)
    yield year.simulate(store)
    store.close()


@pytest.fixture(scope="module")
def exported(bot_after_a_year: Bot) -> Json:
    with bot_after_a_year.store.begin() as session:
        parsed: Json = json.loads(
            data_export.as_json(session, bot_after_a_year, bot_after_a_year.now(), private=True)
        )
    return parsed


def parse_optional_time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def parse_time(text: str) -> datetime:
    return datetime.fromisoformat(text)


# Action items as they were at a given time, without the changes made since then.


def _state(item: Json, when: datetime) -> str:
    changes = [change for change in item["changes"] if change["change"] == "state"]
    if not changes:
        return str(item["state"])
    earlier = [change["value"] for change in changes if parse_time(change["at"]) < when]
    return earlier[-1] if earlier else "open" if changes[0]["value"] == "done" else "suggested"


def _weekly(items: list[Json], when: datetime, zone: ZoneInfo) -> dict[str, int]:
    today, week = when.astimezone(zone).date(), timedelta(days=7)
    created = [item for item in items if parse_time(item["created_at"]) < when]
    states = {item["id"]: _state(item, when) for item in created}
    accepted = [item for item in created if states[item["id"]] in {"open", "done"}]
    is_open = [item for item in accepted if states[item["id"]] == "open"]
    dated = [item for item in accepted if item["due"]]
    fell_due = [item for item in dated if today - week <= date.fromisoformat(item["due"]) < today]
    done_times = [
        parse_optional_time(item["done_at"]) for item in accepted if states[item["id"]] == "done"
    ]
    return {
        "opened": sum(when - week <= parse_time(item["created_at"]) for item in accepted),
        "done": sum(end is not None and when - week <= end < when for end in done_times),
        "open": len(is_open),
        "oldest": max(
            ((when - parse_time(item["created_at"])).days for item in is_open), default=0
        ),
        "fell_due": len(fell_due),
        "kept": sum(states[item["id"]] == "done" for item in fell_due),
        "overdue": sum(
            bool(item["due"]) and date.fromisoformat(item["due"]) < today for item in is_open
        ),
    }


DATED = ("fell_due", "kept", "overdue")


def test_every_weekly_digest_can_be_recomputed(exported: Json) -> None:
    zone = ZoneInfo(exported["zone"])
    items = exported["action_items"]
    moves = [
        parse_time(change["at"])
        for item in items
        for change in item["changes"]
        if change["change"] == "due"
    ]
    weeks = [digest for digest in exported["digests"] if "-W" in digest["of"]]
    assert len(weeks) > 70
    fully_compared = 0
    for digest in weeks:
        made_at = parse_time(digest["made_at"])
        recomputed = _weekly(items, made_at, zone)
        # The due date before a change isn't stored, so dated figures are compared only where none
        # changed later.
        moved = any(made_at <= move for move in moves)
        names = [name for name in recomputed if not (moved and name in DATED)]
        fully_compared += not moved
        assert {n: digest["figures"][n] for n in names} == {n: recomputed[n] for n in names}, (
            digest["of"]
        )
    assert sum(digest["figures"]["overdue"] for digest in weeks) > 500
    assert fully_compared > 30


def test_the_current_week_can_be_recomputed_to_the_last_figure(
    bot_after_a_year: Bot, exported: Json
) -> None:
    with bot_after_a_year.store.begin() as session:
        current = weekly_digest.current_figures(session, bot_after_a_year, bot_after_a_year.now())
    recomputed = _weekly(
        exported["action_items"], parse_time(exported["made_at"]), ZoneInfo(exported["zone"])
    )
    assert {name: getattr(current, name) for name in recomputed} == recomputed
    assert all(recomputed.values()), recomputed  # no figure is compared as zero with zero
    severity = {incident["key"]: incident["severity"] or "" for incident in exported["incidents"]}
    for level, counts in current.by_severity.items():
        items = [item for item in exported["action_items"] if severity[item["incident"]] == level]
        recomputed_for_level = _weekly(
            items, parse_time(exported["made_at"]), ZoneInfo(exported["zone"])
        )
        assert counts == {name: recomputed_for_level[name] for name in counts}, level


# A month.


def _in(month: str, text: str | None, zone: ZoneInfo) -> bool:
    return bool(text) and f"{parse_time(str(text)).astimezone(zone):%Y-%m}" == month


def _median(values: list[int]) -> float | None:
    ordered, n = sorted(values), len(values)
    if n < 5:
        return None
    return ordered[n // 2] if n % 2 else (ordered[n // 2 - 1] + ordered[n // 2]) / 2


def _ninetieth_percentile(values: list[int]) -> int | None:
    if len(values) < 10:
        return None
    return min(
        value for value in values if 10 * sum(other <= value for other in values) >= 9 * len(values)
    )


def _spread(values: list[int]) -> Json:
    return {"n": len(values), "median": _median(values), "ninth": _ninetieth_percentile(values)}


def _final(incident: Json) -> str | None:
    steps = incident["review"]
    return str(steps[-1]["at"]) if steps and steps[-1]["step"] == "final" else None


def _needed(incident: Json) -> bool:
    requirement = (incident["postmortem"] or {}).get("document", {}).get("need") or {}
    return bool(requirement.get("needed")) or any(
        decision["wanted"] for decision in incident["decisions"]
    )


def _skipped(incident: Json) -> bool:
    return bool(incident["decisions"]) and not incident["decisions"][-1]["wanted"]


def _working_days(first: str, last: str, zone: ZoneInfo) -> int:
    day, end = (parse_time(each).astimezone(zone).date() for each in (first, last))
    count = 0
    while day < end:
        day += timedelta(days=1)
        count += day.isoweekday() <= 5
    return count


def _thing(incident: Json) -> str:
    return " ".join(incident["title"].split()[:2])


def _is_repeat(incident: Json, others: list[Json]) -> bool:
    declared_at = parse_time(incident["declared_at"])
    return any(
        _thing(other) == _thing(incident)
        and timedelta() < declared_at - parse_time(other["declared_at"]) <= timedelta(days=30)
        for other in others
    )


def _done_share(items: list[Json], month: str, zone: ZoneInfo) -> Json:
    due = [
        each
        for each in items
        if each["state"] in {"open", "done"} and (each["due"] or "")[:7] == month
    ]
    done_at_times = [
        parse_time(item["done_at"]).astimezone(zone) for item in due if item["state"] == "done"
    ]
    return {"part": sum(f"{end:%Y-%m}" <= month for end in done_at_times), "whole": len(due)}


def _monthly(exported: Json, month: str) -> Json:
    zone = ZoneInfo(exported["zone"])
    real = [incident for incident in exported["incidents"] if incident["status"] != "cancelled"]
    declared = [incident for incident in real if _in(month, incident["declared_at"], zone)]
    resolved = [incident for incident in real if _in(month, incident["resolved_at"], zone)]
    required = [incident for incident in resolved if _needed(incident)]
    finalized = [
        incident
        for incident in real
        if incident["resolved_at"] and _in(month, _final(incident), zone)
    ]
    spans = [
        (incident["postmortem"] or {}).get("document", {}).get("durations", {})
        for incident in resolved
    ]
    return {
        "month": month,
        "kept": _done_share(exported["action_items"], month, zone),
        "written": {
            "part": sum(_final(incident) is not None for incident in required),
            "whole": len(required),
        },
        "skipped": sum(_skipped(incident) for incident in required),
        "to_final": _spread(
            [
                _working_days(incident["resolved_at"], str(_final(incident)), zone)
                for incident in finalized
            ]
        ),
        "repeats": {
            "part": sum(_is_repeat(incident, real) for incident in declared),
            "whole": len(declared),
        },
        "spans": {
            name: _spread(
                [durations[name] for durations in spans if durations.get(name) is not None]
            )
            for name in ("ttd", "tta", "ttm", "ttr")
        },
        "severities": dict(
            sorted(Counter(incident["severity"] or "" for incident in declared).items())
        ),
    }


def test_every_month_can_be_recomputed(bot_after_a_year: Bot, exported: Json) -> None:
    with bot_after_a_year.store.begin() as session:
        months = monthly.load_up_to(session, bot_after_a_year, "2026-06")
    assert [month.month for month in months] == [f"2025-{n:02d}" for n in range(7, 13)] + [
        f"2026-{n:02d}" for n in range(1, 7)
    ]
    for month in months:
        assert json.loads(json.dumps(month.as_dict())) == _monthly(exported, month.month)
    # No figure is compared as zero with zero, and some months have too few values for a percentile.
    assert all(
        month.repeats.whole and month.written.whole and month.kept.percent for month in months
    )
    assert sum(month.repeats.part for month in months) > 12
    assert {month.to_final.ninth is None for month in months} == {True, False}
    assert {month.spans["ttr"].ninth is None for month in months} == {True, False}


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["export", *arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def here(bot_after_a_year: Bot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{bot_after_a_year.store.file}")
    return tmp_path


def test_private_incidents_are_exported_only_with_private(here: Path, exported: Json) -> None:
    code, out, _ = run("--all")
    assert code == 0
    parsed = json.loads(out)
    assert parsed["schema"] == "debrief.export/1"
    hidden = {incident["key"] for incident in exported["incidents"] if incident["private"]}
    assert parsed["private_incidents_left_out"] == len(hidden) > 5
    assert not [key for key in hidden if key in out]
    assert len(parsed["incidents"]) == len(exported["incidents"]) - len(hidden)
    assert not [item for item in parsed["action_items"] if item["incident"] in hidden]
    code, _, _ = run("--all", "--private", "-o", str(here / "all.json"))
    assert code == 0
    with_private = json.loads((here / "all.json").read_text("utf-8"))
    assert with_private["incidents"] == exported["incidents"]
    assert with_private["action_items"] == exported["action_items"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Nothing to export"),
        (("--all", "INC-2025-001"), "Use --all only with -o and --private"),
        (("--all", "--public"), "Use --all only with -o and --private"),
        (("--all", "--format", "md"), "Use --all only with -o and --private"),
        (("--all", "--template", "full"), "Use --all only with -o and --private"),
    ],
)
def test_an_ambiguous_export_is_refused(
    here: Path, arguments: tuple[str, ...], message: str
) -> None:
    assert here.is_dir()
    code, out, error = run(*arguments)
    assert (code, out) == (2, "")
    assert message in error


def test_exporting_without_a_database_creates_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    code, _, error = run("--all")
    assert code == 2
    assert "There's no database at" in error
    assert not (tmp_path / "none.db").exists()


def test_exported_times_are_in_utc(exported: Json) -> None:
    assert exported["made_at"] == "2026-07-03T15:30:00Z"
    assert exported["zone"] == "Europe/Berlin"
    first = exported["incidents"][0]
    assert parse_time(first["declared_at"]).tzinfo == UTC


def test_every_field_is_on_the_page_of_the_schema(exported: Json) -> None:
    page = (ROOT / "docs" / "export-schema.md").read_text("utf-8")
    first = exported["incidents"][0]
    parts = [
        exported,
        first,
        first["postmortem"],
        exported["action_items"][0],
        exported["digests"][0],
    ]
    steps = [
        step for each in exported["incidents"] for step in (*each["review"], *each["decisions"])
    ]
    changes = [change for each in exported["action_items"] for change in each["changes"]]
    fields = {name for part in (*parts, *steps, *changes) if part for name in part}
    assert [name for name in sorted(fields) if f"`{name}`" not in page] == []
