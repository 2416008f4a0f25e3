"""What a talk as a whole tells: its clock, its language, and whether it is a talk at all."""

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


def test_the_teams_clock_is_that_on_which_what_is_told_is_now() -> None:
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
    "said",
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
    ids=["too few", "two clocks", "with their zone", "nothing"],
)
def test_a_clock_on_which_too_few_agree_is_not_known(said: list[tuple[str, str]]) -> None:
    assert find_team_zone([(text, at(clock)) for text, clock in said]) is None


def test_a_time_without_a_zone_is_read_by_the_teams_clock() -> None:
    made = draft(
        talk(
            "12:41 pri: declaring a P2, payments are failing",
            "12:43 pri: the success rate has been dropping from 14:17",
            "12:44 pri: support notified 14:44",
            "12:50 dec: rolled back 14:50",
            "13:00 dec: back to normal, confirmed 15:00",
        )
    )
    assert made.moments.started is not None
    assert made.moments.started.at == at("12:17")
    assert made.moments.started.basis is Basis.REPORTED


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
    ids=["spanish", "german", "arabic", "english", "terse", "nothing"],
)
def test_the_little_words_tell_the_language(texts: list[str], *, foreign: bool) -> None:
    assert is_foreign(texts) is foreign


def test_a_talk_in_another_language_is_left_alone_but_for_its_alerts() -> None:
    made = draft(
        talk(
            "12:00 pager-bot: ALERT checkout error rate 12%",
            "12:02 eva: wir haben ein Problem mit der Kasse, rollback?",
            "12:03 jan: ja, ich bin auf dem Server und schaue die Logs an",
            "12:09 eva: das Zertifikat ist nicht mehr gültig",
            "12:20 jan: all good again, site is back to normal",
            "12:21 eva: super, dann ist das auch für heute vorbei",
        )
    )
    found = {name for name, moment in made.moments.named() if moment}
    assert found == {"detected"}


def test_a_chronicle_tells_the_failure_first_and_then_who_noticed() -> None:
    made = draft(
        talk(
            "09:21 log: The API server became unavailable.",
            "09:34 log: Staff are notified by the on-call phone.",
            "09:57 log: A ticket is created with the provider.",
            "10:40 log: Traffic is moved to the second cluster.",
            "10:48 log: Everything is back to normal.",
        )
    )
    assert made.moments.started is not None
    assert made.moments.detected is not None
    assert (made.moments.started.at, made.moments.detected.at) == (at("09:21"), at("09:34"))


def test_in_a_talk_the_first_word_of_trouble_is_the_sign() -> None:
    made = draft(
        talk(
            "09:21 amy: the api server is unavailable, is it me?",
            "09:34 bob: I got a report of that too",
            "09:35 bob: looking",
            "09:48 bob: back to normal",
        )
    )
    assert made.moments.started is None
    assert made.moments.detected is not None
    assert made.moments.detected.at == at("09:21")


def test_what_another_confirms_is_the_cause() -> None:
    made = draft(
        talk(
            "12:00 amy: logins are failing",
            "12:05 bob: the proxies ask a responder that a firewall change cut off this morning",
            "12:06 cyd: that matches to the minute",
            "12:20 bob: logins work again",
        )
    )
    assert [each.evidence for each in made.root_cause] == [("12:05-bob-71",)]
    assert made.moments.identified is not None
    assert made.moments.identified.at == at("12:05")


def test_whoever_concludes_and_acts_in_one_breath_has_found_it() -> None:
    made = draft(
        talk(
            "12:00 amy: quizzes do not load",
            "12:05 bob: ok so the vacuum takes an exclusive lock on submissions. killing it",
            "12:09 amy: they load again",
        )
    )
    assert (
        made.root_cause[0].text.startswith("ok so the vacuum")
        or "vacuum" in made.root_cause[0].text
    )


def test_why_nobody_noticed_is_no_cause() -> None:
    made = draft(
        talk(
            "12:00 amy: quizzes are failing",
            "12:09 bob: they work again",
            "12:12 bob: no alert fired because the lock waits are not one, that failed us",
        )
    )
    assert not made.root_cause


def test_a_status_page_begins_to_mend_where_it_first_speaks_of_it() -> None:
    made = draft(
        talk(
            "12:00 page-bot: [Investigating] We are investigating delayed messages.",
            "12:20 page-bot: [Update] We are continuing to investigate the delays.",
            "12:40 page-bot: [Identified] The cause is known and we are working to resolve it.",
            "13:10 page-bot: [Monitoring] A fix has been implemented and we are monitoring it.",
            "13:40 page-bot: [Resolved] This incident has been resolved.",
        )
    )
    found = {name: f"{moment.at:%H:%M}" for name, moment in made.moments.named() if moment}
    assert found["mitigating"] == "12:40"
    assert found["restored"] == "13:10"
    assert found["resolved"] == "13:40"
