"""Conclusions from a conversation as a whole: its clock, its language, and who confirms what."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.key_times import Basis
from bot.drafting.draft import draft
from bot.drafting.reading.language import is_foreign
from bot.drafting.reading.team_zone import find_team_zone
from tests.drafting.records import talk


def at(clock: str) -> datetime:
    hour, minute = (int(part) for part in clock.split(":"))
    return datetime(2026, 3, 10, hour, minute, tzinfo=UTC)


def test_the_teams_clock_is_the_one_on_which_mentioned_times_are_now() -> None:
    zone = find_team_zone(
        [
            ("Executive notification sent 14:13.", at("12:14")),
            ("rule pushed 14:20", at("12:21")),
            ("resolved 14:45", at("12:45")),
            ("first contact was at 13:02", at("12:30")),
        ]
    )
    assert zone is not None
    assert zone.utcoffset(None) == timedelta(hours=2)


@pytest.mark.parametrize(
    "texts_and_times",
    [
        [("done 14:13", "12:14"), ("pushed 14:20", "12:21")],
        [
            ("a 14:13", "12:14"),
            ("b 14:20", "12:21"),
            ("c 14:45", "12:45"),
            ("d 12:01", "12:01"),
            ("e 12:09", "12:10"),
        ],
        [("at 14:13 UTC", "12:14"), ("14:20 UTC", "12:21"), ("14:45 UTC", "12:45")],
        [],
    ],
    ids=["too few", "two clocks", "with their zone", "no times"],
)
def test_a_clock_is_unknown_when_too_few_times_agree(
    texts_and_times: list[tuple[str, str]],
) -> None:
    assert find_team_zone([(text, at(clock)) for text, clock in texts_and_times]) is None


def test_a_time_without_a_zone_is_read_on_the_teams_clock() -> None:
    postmortem = draft(
        talk(
            "12:41 pri: declaring a P2, payments are failing",
            "12:43 pri: the success rate has been dropping from 14:17",
            "12:44 pri: support notified 14:44",
            "12:50 dec: rolled back 14:50",
            "13:00 dec: back to normal, confirmed 15:00",
        )
    )
    assert postmortem.moments.started is not None
    assert postmortem.moments.started.at == at("12:17")
    assert postmortem.moments.started.basis is Basis.REPORTED


@pytest.mark.parametrize(
    ("texts", "foreign"),
    [
        (
            [
                "los hoteles dicen que hay reservas dobles",
                "reviso el job para ver las tarifas",
                "ya está, sin errores",
            ],
            True,
        ),
        (["das System ist nicht da", "wir haben ein Problem", "ich schaue auf die Logs"], True),
        (["السيرفر لا يعمل", "بدأنا التحقيق", "تم الحل"], True),
        (["the site is down", "looking at it", "rolled back, it works again"], False),
        (["vol7 read-only", "vendor called", "rebuild finished", "wiki online"], False),
        ([], False),
    ],
    ids=["spanish", "german", "arabic", "english", "terse", "no messages"],
)
def test_the_language_is_recognized_by_common_short_words(
    texts: list[str], *, foreign: bool
) -> None:
    assert is_foreign(texts) is foreign


def test_only_alerts_are_read_in_a_conversation_in_another_language() -> None:
    postmortem = draft(
        talk(
            "12:00 pager-bot: ALERT checkout error rate 12%",
            "12:02 eva: wir haben ein Problem mit der Kasse, rollback?",
            "12:03 jan: ja, ich bin auf dem Server und schaue die Logs an",
            "12:09 eva: das Zertifikat ist nicht mehr gültig",
            "12:20 jan: all good again, site is back to normal",
            "12:21 eva: super, dann ist das auch für heute vorbei",
        )
    )
    found = {name for name, moment in postmortem.moments.named() if moment}
    assert found == {"detected"}


def test_a_chronicle_names_the_failure_first_and_then_its_detection() -> None:
    postmortem = draft(
        talk(
            "09:21 log: The API server became unavailable.",
            "09:34 log: Staff are notified by the on-call phone.",
            "09:57 log: A ticket is created with the provider.",
            "10:40 log: Traffic is moved to the second cluster.",
            "10:48 log: Everything is back to normal.",
        )
    )
    assert postmortem.moments.started is not None
    assert postmortem.moments.detected is not None
    assert (postmortem.moments.started.at, postmortem.moments.detected.at) == (
        at("09:21"),
        at("09:34"),
    )


def test_in_a_conversation_the_first_mention_of_a_problem_is_its_detection() -> None:
    postmortem = draft(
        talk(
            "09:21 amy: the api server is unavailable, is it me?",
            "09:34 bob: I got a report of that too",
            "09:35 bob: looking",
            "09:48 bob: back to normal",
        )
    )
    assert postmortem.moments.started is None
    assert postmortem.moments.detected is not None
    assert postmortem.moments.detected.at == at("09:21")


def test_a_theory_confirmed_by_another_person_is_the_cause() -> None:
    postmortem = draft(
        talk(
            "12:00 amy: logins are failing",
            "12:05 bob: the proxies ask a responder that a firewall change cut off this morning",
            "12:06 cyd: that matches to the minute",
            "12:20 bob: logins work again",
        )
    )
    assert [statement.evidence for statement in postmortem.root_cause] == [("12:05-bob-71",)]
    assert postmortem.moments.identified is not None
    assert postmortem.moments.identified.at == at("12:05")


def test_a_conclusion_followed_by_an_action_is_the_cause() -> None:
    postmortem = draft(
        talk(
            "12:00 amy: quizzes do not load",
            "12:05 bob: ok so the vacuum takes an exclusive lock on submissions. killing it",
            "12:09 amy: they load again",
        )
    )
    assert (
        postmortem.root_cause[0].text.startswith("ok so the vacuum")
        or "vacuum" in postmortem.root_cause[0].text
    )


def test_the_reason_why_nobody_noticed_is_not_the_cause() -> None:
    postmortem = draft(
        talk(
            "12:00 amy: quizzes are failing",
            "12:09 bob: they work again",
            "12:12 bob: no alert fired because the lock waits are not one, that failed us",
        )
    )
    assert not postmortem.root_cause


def test_mitigation_starts_with_the_status_page_post_that_first_mentions_it() -> None:
    postmortem = draft(
        talk(
            "12:00 page-bot: [Investigating] We are investigating delayed messages.",
            "12:20 page-bot: [Update] We are continuing to investigate the delays.",
            "12:40 page-bot: [Identified] The cause is known and we are working to resolve it.",
            "13:10 page-bot: [Monitoring] A fix has been implemented and we are monitoring it.",
            "13:40 page-bot: [Resolved] This incident has been resolved.",
        )
    )
    found = {name: f"{moment.at:%H:%M}" for name, moment in postmortem.moments.named() if moment}
    assert found["mitigating"] == "12:40"
    assert found["restored"] == "13:10"
    assert found["resolved"] == "13:40"
