"""The timeline's level of detail, and the silences it shows."""

from bot.domain.draft import Detail
from bot.domain.timeline import Record
from bot.drafting.draft import draft
from tests.drafting.records import talk

STORY = talk(
    "12:00 pager-bot: ALERT checkout error rate 12%",
    "12:02 amy: looking",
    "12:03 bob: good morning all, coffee first",
    "12:05 bob: seeing timeouts to the card service in the logs",
    "12:09 amy: let's roll back the 11:50 deploy",
    "12:10 amy: rolling back",
    "12:12 bob: nice",
    "12:14 amy: rollback done, no change, still failing",
    "12:20 bob: root cause: the card service refuses our expired certificate",
    "13:12 bob: renewed the certificate",
    "13:15 amy: payments work again",
    "13:30 amy: resolved",
)


def timeline_texts(record: Record, detail: Detail) -> list[str]:
    return [row.text.lower() for row in draft(record, detail).timeline]


def test_brief_has_turning_points_normal_the_story_and_everything_every_message() -> None:
    brief, normal, everything = (timeline_texts(STORY, detail) for detail in Detail)
    assert len(brief) < len(normal) < len(everything) == len(STORY.events)
    assert "seeing timeouts to the card service in the logs" not in brief
    assert "seeing timeouts to the card service in the logs" in normal
    assert "good morning all, coffee first" not in normal
    assert "good morning all, coffee first" in everything
    for turn in ("renewed the certificate", "payments work again"):
        assert all(turn in rows for rows in (brief, normal, everything))


def test_the_detail_changes_only_the_timeline() -> None:
    brief, everything = draft(STORY, Detail.BRIEF), draft(STORY, Detail.EVERYTHING)
    assert brief.moments == everything.moments
    assert brief.summary == everything.summary
    assert brief.completeness == everything.completeness


def test_a_silence_is_a_row_that_cites_both_its_ends() -> None:
    rows = draft(STORY).timeline
    index = next(n for n, row in enumerate(rows) if row.text == "Nothing recorded for 52 min")
    silent = rows[index]
    assert silent.author == ""
    assert silent.evidence == (rows[index - 1].evidence[-1], rows[index + 1].evidence[0])
    assert silent.at == rows[index - 1].at


def test_silences_before_the_first_sign_and_after_the_end_are_not_shown() -> None:
    rows = timeline_texts(
        talk(
            "09:00 amy: deploying the new basket",
            "12:00 bob: checkout is failing",
            "12:10 amy: rolled back, checkout works again",
            "14:00 bob: thanks",
        ),
        Detail.NORMAL,
    )
    assert not [text for text in rows if text.startswith("Nothing recorded")]


def test_a_long_gap_between_updates_went_poorly_only_if_updates_were_given() -> None:
    lines = [
        "12:00 bob: checkout is failing",
        "12:05 amy: posted an update on the status page",
        *(f"12:{minute} bob: still looking into the errors" for minute in range(10, 60, 10)),
        "13:05 amy: updated the status page",
        "13:10 bob: payments work again",
    ]
    poorly = [statement.text for statement in draft(talk(*lines)).went_poorly]
    assert "No status update was posted for 1 h during the incident." in poorly
    without = [line for line in lines if "status page" not in line]
    assert not [
        text
        for text in (statement.text for statement in draft(talk(*without)).went_poorly)
        if "pdate" in text
    ]


def test_less_than_half_of_a_long_talk_is_in_the_timeline_with_all_actions() -> None:
    postmortem = draft(
        talk(
            "12:00 bob: checkout is failing",
            "12:01 amy: looking",
            *(
                f"12:{minute:02} amy: seeing {minute} timeouts on node {minute}"
                for minute in range(2, 58)
            ),
            "12:58 amy: restarted the card service",
            "12:59 amy: payments work again",
        )
    )
    assert len(postmortem.timeline) <= 60 * 40 // 100
    texts = " ".join(row.text.lower() for row in postmortem.timeline)
    for expected in ("checkout is failing", "restarted the card service", "payments work again"):
        assert expected in texts
