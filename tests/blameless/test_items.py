"""Action items in the forms in which teams write them, and what each of them lacks."""

import pytest

from bot.blameless.action_item_reader import WrittenItem, read_items
from bot.blameless.action_items import check_items
from bot.blameless.vague_action_items import VAGUE_PATTERNS, find_vague_pattern
from bot.postmortems.markdown import parse_markdown

GOOD = "Alert when the queue is older than 5 minutes"


def only_item(markdown: str) -> WrittenItem:
    (item,) = read_items(parse_markdown(markdown))
    return item


def rules(markdown: str) -> list[str]:
    return [finding.rule for finding in check_items(parse_markdown(markdown))]


def under_heading(line: str) -> str:
    return f"## Action items\n\n{line}\n"


@pytest.mark.parametrize(
    "line",
    [
        f"- [ ] P1 — {GOOD} — @mei — 2026-03-14",
        f"- P1 - {GOOD} - Mei Tanaka - 14 March",
        f"* [P1] {GOOD} (@mei, by Friday)",
        f"1. {GOOD} | owner: Mei | due: 2026-03-14 | priority: high",
        f"- {GOOD}, owner: Mei, by end of month, priority: P2",
        f"- **P2** {GOOD} \u2013 @mei \u2013 next sprint",
        f"- P0: {GOOD} @mei 2026-03-14",
        f"- [x] {GOOD} — @mei",
        f"- {GOOD} — Mei — done",
    ],
)
def test_a_complete_list_item_in_any_common_form_has_no_findings(line: str) -> None:
    assert rules(under_heading(line)) == []


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Action|Owner|Due Date|Priority", f"{GOOD}|Mei|2026-03-14|P1"),
        ("Priority|Action|Owner|Due Date|Status", f"P1|{GOOD}|@mei|Friday|Open"),
        ("Who|What|When|Prio|Ticket", f"Mei|{GOOD}|end of month|high|OPS-1"),
        ("Task|Assignee|Status", f"{GOOD}|Mei|✅ Done"),
        ("#|Item|DRI|ETA|P|State", f"1|{GOOD}|Mei|Q3|P3|in progress"),
    ],
)
def test_a_complete_table_row_in_any_column_order_has_no_findings(header: str, row: str) -> None:
    count = header.count("|") + 1
    table = f"|{header}|\n|{'---|' * count}\n|{row}|\n"
    assert rules("## Follow-ups\n\n" + table) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"- P1 — {GOOD} — 2026-03-14", ["action item without an owner"]),
        (f"- P1 — {GOOD} — TBD — 2026-03-14", ["action item without an owner"]),
        (f"- P1 — {GOOD} — @mei", ["action item without a due date"]),
        (f"- P1 — {GOOD} — @mei — asap", ["action item without a due date"]),
        (f"- {GOOD} — @mei — 2026-03-14", ["action item without a priority"]),
        (f"- P1 — {GOOD} — the team — 2026-03-14", ["action item without an owner"]),
        (f"- P1 — {GOOD} — @backend-team — 2026-03-14", ["item owned by a group"]),
        (f"- P1 — {GOOD} — Platform — 2026-03-14", ["item owned by a group"]),
        (f"- P1 — {GOOD} — owner: SRE team — 2026-03-14", ["item owned by a group"]),
        (
            f"- {GOOD}",
            [
                "action item without an owner",
                "action item without a due date",
                "action item without a priority",
            ],
        ),
        ("- P1 — Be more careful — @mei — 2026-03-14", ["vague item"]),
    ],
)
def test_missing_parts_of_a_list_item_are_found(line: str, expected: list[str]) -> None:
    assert rules(under_heading(line)) == expected


def test_missing_parts_of_a_table_row_are_found_on_its_line() -> None:
    table = (
        "## Action items\n\n| Action | Owner | Due | Priority |\n|---|---|---|---|\n"
        f"| {GOOD} | who? | when? | P2 |\n| {GOOD} too | the SRE team | 2026-03-14 | |\n"
    )
    assert [(finding.line, finding.rule) for finding in check_items(parse_markdown(table))] == [
        (5, "action item without an owner"),
        (5, "action item without a due date"),
        (6, "item owned by a group"),
        (6, "action item without a priority"),
    ]


@pytest.mark.parametrize("owner", ["Mei", "Mei Tanaka", "@mei", "Mei (Platform)", "José", "李"])
def test_a_person_is_an_owner(owner: str) -> None:
    table = f"## Actions\n\n|What|Who|When|Priority|\n|-|-|-|-|\n|{GOOD}|{owner}|2026-03-14|P1|\n"
    assert rules(table) == []


@pytest.mark.parametrize(
    "owner",
    [
        "the team",
        "SRE team",
        "@backend-team",
        "Platform",
        "Everyone",
        "DBAs",
        "Data Engineering",
        "Payments Squad",
        "On-call",
    ],
)
def test_an_item_owned_by_a_group_asks_for_a_person(owner: str) -> None:
    table = f"## Actions\n\n|What|Who|When|Priority|\n|-|-|-|-|\n|{GOOD}|{owner}|2026-03-14|P1|\n"
    (finding,) = check_items(parse_markdown(table))
    assert (finding.rule, finding.better) == (
        "item owned by a group",
        f"Who in {owner} will do it?",
    )


@pytest.mark.parametrize(
    "text",
    [
        "Improve monitoring", "Better alerting and logging", "Add more monitoring", "Be more careful with deploys",
        "Investigate further", "Look into it", "look into the replication lag", "Better communication", "Improve communication between teams",
        "Increase awareness of the runbook", "Train people", "More training for on-call", "Improve documentation", "Update the runbooks.",
        "Make sure this does not happen again", "Prevent future incidents", "Fix the issue", "Improve test coverage", "Discuss options",
    ],
)  # fmt: skip
def test_a_vague_item_gets_an_example(text: str) -> None:
    (finding,) = check_items(parse_markdown(under_heading(f"- P1 — {text} — @mei — 2026-03-14")))
    assert finding.rule == "vague item"
    assert "For example: “" in finding.better


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "Add an alert on certificate age",
        "Add monitoring for replication lag to the orders dashboard and page on it",
        "Investigate why the failover took fourteen minutes although the standby was ready",
        "Let CI refuse migrations that lock a table",
        "Document how to rotate the signing key",
        "Fix the retry loop in the payment client",
        "Review the alert thresholds with the storage owners and write them down",
    ],
)
def test_a_specific_item_is_not_vague(text: str) -> None:
    assert find_vague_pattern(text) is None


@pytest.mark.parametrize("pattern", VAGUE_PATTERNS, ids=lambda pattern: pattern.name)
def test_examples_are_not_vague_themselves(pattern: object) -> None:
    examples = [known.example for known in VAGUE_PATTERNS if known is pattern]
    assert [find_vague_pattern(example) for example in examples] == [None]


def test_prose_in_the_action_items_is_not_an_item() -> None:
    (finding,) = check_items(parse_markdown(under_heading("We will do many things.")))
    assert (finding.rule, finding.line) == ("no action items", 1)


@pytest.mark.parametrize("content", ["", "TBD", "> **Open question:** What will be done?"])
def test_an_empty_section_gets_no_second_finding(content: str) -> None:
    assert rules(under_heading(content)) == []


@pytest.mark.parametrize("title", ["Timeline", "Log of the night", "Action taken"])
def test_a_timeline_table_has_no_action_items(title: str) -> None:
    table = "| When | What | Who |\n|---|---|---|\n| 12:00 | rolled back | Mei |\n"
    assert read_items(parse_markdown(f"## {title}\n\n{table}")) == []


def test_a_table_with_owners_and_due_dates_has_action_items_in_any_section() -> None:
    table = f"| Task | Assignee | Due |\n|---|---|---|\n| {GOOD} | Mei | Friday |\n"
    assert only_item(f"## Appendix\n\n{table}").owner == "Mei"


def test_lists_and_tables_in_other_sections_are_not_action_items() -> None:
    assert (
        read_items(
            parse_markdown(
                "## Impact\n\n- all users\n\n| Measure | Value |\n|---|---|\n| users | 3 |\n"
            )
        )
        == []
    )
