"""The timeline pictures: what they show, and that nothing is drawn over something else."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.domain.draft import Draft, Participant, RowKind, Statement, TimelineRow
from bot.domain.incident import Severity
from bot.domain.key_times import MOMENT_NAMES, Basis, Durations, Moment, Moments
from bot.domain.timeline import EventKind
from bot.drafting.draft import draft
from bot.rendering import documents
from bot.rendering import timeline_chart as chart
from bot.rendering.fonts import load_typeface
from bot.rendering.timeline_labels import Lettering, round_span, write_label
from bot.rendering.timeline_lanes import LANES
from tests.drafting.records import NOON, event, record, talk
from tests.rendering.chart_elements import Box, read_shapes, read_size, read_texts

MINUTE = timedelta(minutes=1)
LONG_TEXT = "error rate of payments-api is 55 % in eu-west and rising, about three points a minute"


def make_draft(*rows: TimelineRow, **moments: int) -> Draft:
    """A draft with these rows, and key times in minutes after noon."""
    return replace(
        draft(record()),
        timeline=rows,
        moments=Moments(
            **{
                name: Moment(at=NOON + minute * MINUTE, basis=Basis.TYPED, evidence=(name,))
                for name, minute in moments.items()
            }
        ),
    )


def make_row(minute: float, text: str, kind: RowKind = RowKind.FINDING) -> TimelineRow:
    return TimelineRow(
        at=NOON + minute * MINUTE, kind=kind, text=text, author="ana", evidence=(f"{minute}",)
    )


def both_pictures(postmortem: Draft) -> tuple[str, str]:
    """The wide and the narrow picture, as a page contains them."""
    wide, narrow = re.findall(r"<svg.*?</svg>", chart.svg_for_page(postmortem), re.DOTALL)
    return wide, narrow


def list_labels(image: str) -> list[str]:
    return [box.text for box in read_texts(image, "label")]


def list_lanes(image: str) -> dict[str, list[str]]:
    """The labels of each lane, by the lane's name."""
    names = ("Alerts", "Reports", "Findings", "Actions", "Updates")
    lanes: dict[str, list[str]] = {}
    for box in read_texts(image):
        if box.text in names and box.left < 60:
            lanes[box.text] = []
        elif box.kind == "label":
            lanes[list(lanes)[-1]].append(box.text)
    return lanes


def test_each_kind_of_row_has_its_lane_and_only_alerts_are_under_alerts() -> None:
    postmortem = draft(
        record(
            event("12:00", "alice", "Checkout is down", kind=EventKind.DECLARED),
            event("12:01", "pager-bot", "FIRING checkout errors 14 %", kind=EventKind.ALERT),
            event("12:10", "bob", "customers report that the checkout fails"),
            event("12:20", "alice", "checkout, billing", kind=EventKind.SERVICES),
            event("12:30", "alice", "P1", kind=EventKind.SEVERITY),
            event("12:40", "bob", "it was caused by the new connection limit"),
            event("12:50", "bob", "rolling back the config"),
        )
    )
    lanes = list_lanes(chart.svg(postmortem))
    assert {name: [label.split()[0] for label in labels] for name, labels in lanes.items()} == {
        "Alerts": ["FIRING"],
        "Reports": ["Customers"],
        "Findings": ["It"],
        "Actions": ["Rolling"],
        "Updates": ["Declared:", "Affected", "Severity:"],
    }


def test_a_lane_without_rows_is_left_out() -> None:
    postmortem = make_draft(make_row(0, "the disk is full"), make_row(9, "is it full?"))
    for image in both_pictures(postmortem):
        texts = [box.text for box in read_texts(image)]
        assert "Findings" in texts
        assert not {"Alerts", "Reports", "Actions", "Updates"}.intersection(texts)


def test_lanes_differ_in_color_and_in_shape() -> None:
    assert len({lane.colour for lane in LANES}) == len({lane.shape for lane in LANES}) == 5
    assert {kind for lane in LANES for kind in lane.kinds} == set(RowKind)
    drawn = {
        re.sub(
            r"[\d.-]+",
            "",
            chart.svg(make_draft(make_row(0, "it failed", next(iter(lane.kinds)))))
            .split("</text>")[-2]
            .split(lane.colour)[0]
            .rpartition("<")[2],
        )
        for lane in LANES
    }
    assert len(drawn) == 5


def test_key_times_are_labeled_in_both_pictures() -> None:
    postmortem = make_draft(
        make_row(3, "it failed"), started=0, detected=7, identified=43, restored=55, resolved=77
    )
    for image in both_pictures(postmortem):
        assert {box.text for box in read_texts(image, "key-time")} == {
            "Started 12:00",
            "Detected 12:07",
            "Cause identified 12:43",
            "Restored 12:55",
            "Resolved 13:17",
        }


def test_phases_are_named_with_their_durations() -> None:
    postmortem = make_draft(started=0, detected=20, identified=50, restored=80, resolved=110)
    postmortem = replace(postmortem, timeline=(make_row(3, "it failed"),))
    wide, narrow = both_pictures(postmortem)
    texts = {box.text for box in read_texts(narrow)}
    assert texts >= {"Undetected 20 min", "Investigating 30 min", "Mitigating 30 min"}
    assert "Monitoring 30 min" in texts
    # Where the name and the duration don't fit side by side, the name stays.
    assert {box.text for box in read_texts(wide)} >= {
        "Undetected",
        "Mitigating 30 min",
        "Monitoring 30 min",
    }


@pytest.mark.parametrize(
    "moments",
    [{"started": 0, "restored": 60}, {"detected": 0, "started": 60}, {"restored": 5}],
    ids=["never detected", "started after it was detected", "never resolved"],
)
def test_a_phase_whose_end_is_unknown_is_not_drawn(moments: dict[str, int]) -> None:
    postmortem = make_draft(make_row(3, "it failed"), make_row(70, "it failed"), **moments)
    for image in both_pictures(postmortem):
        assert not re.search("Undetected|Investigating|Mitigating|Monitoring", image)


def test_a_fix_without_a_known_cause_begins_a_phase() -> None:
    image = chart.svg(make_draft(make_row(3, "it failed"), mitigating=0, restored=60))
    texts = {box.text for box in read_texts(image)}
    assert texts >= {"Mitigation started 12:00", "Mitigating 1 h"}


def test_the_less_important_key_times_give_way_if_there_is_no_room() -> None:
    postmortem = make_draft(
        make_row(9, "it failed"), started=0, detected=1, identified=2, restored=3, resolved=900
    )
    labels = {box.text.split()[0] for box in read_texts(chart.svg(postmortem), "key-time")}
    assert {"Resolved", "Restored", "Cause"} <= labels
    assert "Started" not in labels


def test_a_label_is_cut_only_where_there_is_no_room() -> None:
    alone = make_draft(make_row(0, LONG_TEXT), make_row(100, "it failed", RowKind.ALERT))
    assert LONG_TEXT.capitalize() in list_labels(chart.svg(alone))
    crowd = [make_row(minute, LONG_TEXT) for minute in range(0, 100, 4)]
    labels = list_labels(chart.svg(make_draft(*crowd)))
    assert len(labels) > 8
    assert all(label[:-1] + " " in LONG_TEXT.capitalize() + " " for label in labels)
    assert all(len(label) > 12 for label in labels)


def test_a_label_at_the_right_edge_stands_left_of_its_mark() -> None:
    image = chart.svg(make_draft(make_row(0, "it failed"), make_row(60, LONG_TEXT[:60])))
    assert LONG_TEXT[:60].capitalize() in list_labels(image)


def test_the_cause_and_decisions_are_labeled_before_chatter() -> None:
    chatter = [make_row(minute, LONG_TEXT) for minute in range(60)]
    steps = [make_row(minute, LONG_TEXT, RowKind.ACTION) for minute in range(60)]
    cause = make_row(6.5, "the pool is too small")
    decision = make_row(7.5, "we revert the config", RowKind.DECISION)
    postmortem = replace(
        make_draft(*chatter, *steps, cause, decision),
        root_cause=(Statement(text="x", evidence=cause.evidence),),
    )
    for image in both_pictures(postmortem):
        assert {"The pool is too small", "We revert the config"} <= set(list_labels(image))


@pytest.mark.parametrize("text", ["Could it be the pool?", "Lead: Ana Lima"])
def test_questions_and_roles_give_way_to_other_labels(text: str) -> None:
    minor = make_row(0, text, RowKind.STATUS)
    others = [make_row(0, f"status {number}: it is back", RowKind.STATUS) for number in range(8)]
    people = (Participant(name="Ana Lima", roles=("lead",), messages=1),)
    labels = list_labels(chart.svg(replace(make_draft(minor, *others), participants=people)))
    assert labels
    assert not any(label.startswith(text[:4]) for label in labels)


def test_the_narrow_picture_shows_at_most_forty_entries_from_the_whole_time() -> None:
    rows = [make_row(minute, f"error rate is {minute} %") for minute in range(400)]
    _, narrow = both_pictures(make_draft(*rows))
    labels = list_labels(narrow)
    assert len(labels) == 40
    assert labels[0] == "Error rate is 0 %"
    assert int(labels[-1].split()[-2]) > 380
    assert ">and 360 more<" in narrow


def test_the_narrow_picture_is_in_order_of_time_and_names_each_day() -> None:
    rows = [make_row(minute, f"step {minute}") for minute in (0, 400, 800, 1200)]
    _, narrow = both_pictures(make_draft(*rows, started=10, resolved=1300))
    boxes = read_texts(narrow)
    assert all(first.top <= second.top for first, second in pairwise(boxes))
    texts = [box.text for box in boxes]
    assert texts.index("Wed 11 Mar 2026") == texts.index("Step 800") - 2


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("agreed. decision: roll back checkout-web", "Roll back checkout-web"),
        ("root cause: config change 4471 cut the pool", "Config change 4471 cut the pool"),
        ("hey all, @Ana Lima: can you look? thanks", "Can you look? thanks"),
        ("hi @here the queue is full, ask @ben", "The queue is full, ask ben"),
        ("ugh. so the rollback did nothing", "So the rollback did nothing"),
        ("So that was it", "So that was it"),
        ("okra is not a greeting: it failed", "Okra is not a greeting: it failed"),
        ("config-sync starts", "config-sync starts"),
        ("- we see panics :tada: 👍🏽", "We see panics"),
        ("see https://example.org/a?b=c for it", "See (link) for it"),
        ("it is *really* at 90 °C", "It is really at 90 °C"),
        ("Status: identified", "Status: identified"),
        ("[Identified] - a bad deploy", "A bad deploy"),
        ("it failed. / again", "It failed. again"),
        ("thanks!", "Thanks!"),
        ("decision:", "Decision:"),
        ("https://example.org", ""),
        ("🔥 …", ""),
        ("障害発生", "12:00, see the table"),
    ],
)
def test_a_label_says_what_happened_without_openings(text: str, label: str) -> None:
    lettering = Lettering(any_script=False, size=20)
    assert write_label(make_row(0, text), ["Ana", "Ana Lima"], lettering) == label


def test_a_text_in_any_script_is_shown_if_the_viewer_has_fonts() -> None:
    lettering = Lettering(any_script=True, size=20)
    assert write_label(make_row(0, "障害発生"), [], lettering) == "障害発生"


def test_names_in_front_are_those_of_the_participants() -> None:
    postmortem = replace(
        make_draft(make_row(0, "@Ana Lima please look at the pool")),
        participants=(Participant(name="Ana Lima", roles=(), messages=1),),
    )
    assert list_labels(chart.svg(postmortem)) == ["Please look at the pool"]


@pytest.mark.parametrize(
    ("seconds", "rounded"), [(45, 45), (300, 300), (468, 480), (2165, 2160), (4600, 4620)]
)
def test_durations_over_five_minutes_are_rounded_to_minutes(seconds: int, rounded: int) -> None:
    assert round_span(timedelta(seconds=seconds)) == timedelta(seconds=rounded)


def test_the_footer_names_the_durations() -> None:
    postmortem = replace(
        make_draft(make_row(0, "it failed")),
        durations=Durations(ttd=7 * MINUTE, tta=timedelta(seconds=468), ttr=77 * MINUTE),
    )
    wide, narrow = both_pictures(postmortem)
    assert "Time to detect 7 min · to acknowledge 8 min · to resolve 1 h 17 min<" in wide
    assert ">Time to acknowledge 8 min<" in narrow


def test_the_text_alternative_tells_the_story() -> None:
    postmortem = make_draft(
        make_row(3, "it failed"), started=0, detected=7, identified=43, restored=55, resolved=777
    )
    durations = Durations(ttd=7 * MINUTE, ttm=55 * MINUTE)
    assert chart.describe(replace(postmortem, durations=durations)) == (
        "Timeline for INC-2026-001 (Checkout is down). It started on Tue 10 Mar 2026 at 12:00 UTC, "
        "it was detected at 12:07, the cause was identified at 12:43, service was restored at 12:55 and "
        "it was resolved on Wed 11 Mar 2026 at 00:57. "
        "It took 7 minutes to detect and 55 minutes to mitigate."
    )


@pytest.mark.parametrize(
    ("rows", "ending"),
    [
        ((), "It has no entries yet."),
        (
            (make_row(0, "it failed"),),
            "It has 1 entry, from 2026-03-10 12:00 UTC to 2026-03-10 12:00 UTC.",
        ),
    ],
    ids=["no rows", "one row"],
)
def test_the_text_alternative_says_what_there_is_without_key_times(
    rows: tuple[TimelineRow, ...], ending: str
) -> None:
    assert chart.describe(make_draft(*rows)).endswith(ending)


def test_a_page_has_both_pictures_and_shows_one() -> None:
    page = documents.html(draft(talk("12:00 alice: it failed")))
    assert re.findall(r'<svg[^>]*class="([^"]*)"', page) == ["wide-chart", "narrow-chart"]
    ids = re.findall(r'id="([^"]*)"', page)
    assert len(ids) == len(set(ids)) >= 4
    labelled_by = " ".join(re.findall(r'aria-labelledby="([^"]*)"', page)).split()
    assert set(labelled_by) <= set(ids)
    screen, phone, paper = re.split(r"@media \(max-width|@media print", page)
    assert ".narrow-chart { display: none; }" in screen
    assert ".wide-chart { display: none; } .narrow-chart { display: block; }" in phone
    assert ".wide-chart { display: block; } .narrow-chart { display: none; }" in paper


def test_the_font_is_large_enough_for_a_phone() -> None:
    _, narrow = both_pictures(make_draft(make_row(0, "it failed")))
    (size,) = re.findall(r"<svg[^>]* font-size=\"([\d.]+)\"", narrow)
    width, _ = read_size(narrow)
    page_width = 390 - 2 * 16 - 2  # without the margins and borders of the page
    assert float(size) * page_width / width >= 13


@pytest.mark.parametrize("room", [0, 10, 40, 90, 200, 900])
@pytest.mark.parametrize("text", ["", "the pool is too small for it", "x" * 50, "a " + "y" * 50])
def test_text_is_cut_to_the_room_there_is(text: str, room: float) -> None:
    typeface = load_typeface()
    cut = typeface.fit(text, 20, room)
    assert typeface.width(cut, 20) <= room
    assert cut == text or not cut or cut.endswith("…")
    assert cut == text or typeface.width(text, 20) > room


def test_text_is_cut_at_a_word() -> None:
    assert load_typeface().fit("the pool is too small", 20, 150) == "the pool is…"
    assert load_typeface().fit("see " + "x" * 50, 20, 150).startswith("see xx")


_texts = st.one_of(
    st.sampled_from(
        [
            "it failed",
            "Status: identified",
            LONG_TEXT,
            LONG_TEXT * 4,
            "x" * 300,
            "السيرفر توقف عن العمل",
            "השרת נפל",
            "障害 error 発生 " * 20,
            "🔥👍🏽",
            "👩‍💻 is on it",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60),
)


@st.composite
def _drafts(draw: st.DrawFn) -> Draft:
    """Drafts from minutes to a year long, with any rows and key times."""
    longest = draw(st.sampled_from([0, 1, 30, 600, 10_000, 500_000]))
    minutes = st.integers(0, longest)
    kinds = draw(st.lists(st.sampled_from(list(RowKind)), min_size=1, max_size=8))
    rows = [
        replace(
            make_row(draw(minutes), draw(_texts), draw(st.sampled_from(kinds))),
            author=draw(st.sampled_from(["ana", "ana", "ana", ""])),
        )
        for _ in range(draw(st.integers(0, 60)))
    ]
    moments = {name: draw(minutes) for name in MOMENT_NAMES if draw(st.booleans())}
    postmortem = make_draft(*rows, **moments)
    severity = draw(st.sampled_from([None, Severity.P1]))
    header = replace(postmortem.incident, title=draw(_texts), severity=severity)
    durations = Durations(ttd=longest * MINUTE, ttr=draw(minutes) * MINUTE)
    return replace(postmortem, incident=header, durations=durations)


@given(_drafts())
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@example(make_draft())
@example(make_draft(make_row(0, "it failed")))
@example(make_draft(mitigating=0, restored=70))
@example(make_draft(*(make_row(minute, LONG_TEXT) for minute in range(400))))
def test_nothing_is_drawn_outside_or_over_something_else(postmortem: Draft) -> None:
    for image in (chart.svg(postmortem), *both_pictures(postmortem)):
        width, height = read_size(image)
        texts = read_texts(image)
        for box in (*texts, *read_shapes(image)):
            assert 0 <= box.left <= box.right <= width, box
            assert 0 <= box.top <= box.bottom <= height, box
        for one, other in combinations(texts, 2):
            assert not one.overlaps(other), (one, other)
        assert_no_mark_on_a_label(image)
    assert chart.svg_for_page(postmortem) == chart.svg_for_page(postmortem)
    assert len(chart.describe(postmortem)) >= 20


def assert_no_mark_on_a_label(image: str) -> None:
    def is_mark(box: Box) -> bool:
        size = max(box.right - box.left, box.bottom - box.top)
        return box.kind in {"path", "circle"} and 5 < size < 24

    marks = [box for box in read_shapes(image) if is_mark(box)]
    for label in read_texts(image, "label"):
        tight = replace(label, top=label.top + 4, bottom=label.bottom - 4)
        assert not any(mark.overlaps(tight) for mark in marks), label


@pytest.mark.parametrize("days", range(366, 700, 11))
def test_dates_on_the_axis_stay_within_the_picture(days: int) -> None:
    image = chart.svg(make_draft(make_row(0, "it failed"), make_row(days * 1440, "it failed")))
    assert max(box.right for box in read_texts(image)) <= chart.WIDTH


def test_an_incident_of_years_has_dates_on_its_axis() -> None:
    rows = (make_row(0, "it failed"), make_row(1_200_000, "it failed"))
    texts = {box.text for box in read_texts(chart.svg(make_draft(*rows)))}
    assert any(re.fullmatch(r"\d+ \w{3} 202[678]", text) for text in texts)
    far = replace(rows[0], at=datetime(2190, 1, 1, tzinfo=UTC))
    assert chart.svg(make_draft(rows[0], far))
