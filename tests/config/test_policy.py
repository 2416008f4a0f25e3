import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from bot.config.policy import BadPolicy, Policy, Weekday, check_command_name, load
from bot.config.policy_parts import NeededWhen
from bot.domain.incident import Severity
from bot.domain.requirement import Thresholds, WorkingWeek
from bot.domain.timeline import Mark
from bot.postmortems.policy_requirement import thresholds

KEY = "postmortem.needed_when"
NEEDED = f"[{KEY}]"
EXAMPLE = Path(__file__).parents[2] / "debrief.example.toml"


def load_text(tmp_path: Path, text: str) -> Policy:
    path = tmp_path / "debrief.toml"
    path.write_text(text)
    return load(path)


def test_without_a_file_the_defaults_apply() -> None:
    assert load(None) == Policy()


def test_the_example_file_shows_the_defaults(tmp_path: Path) -> None:
    shown = re.sub(r"^#(?=[\[\w])", "", EXAMPLE.read_text(), flags=re.MULTILINE)
    assert load_text(tmp_path, shown) == Policy()
    assert load(EXAMPLE) == Policy()


def test_the_example_file_shows_every_key(tmp_path: Path) -> None:
    (tmp_path / "our-templates").mkdir()
    (tmp_path / "our-templates" / "ours.md.j2").write_text("ours")
    uncommented = re.sub(r"^# ?(?=\[|\w+ = )", "", EXAMPLE.read_text(), flags=re.MULTILINE)
    policy_ = load_text(tmp_path, uncommented)
    assert policy_.model_fields_set == set(Policy.model_fields)
    for name in (
        "channels",
        "digest",
        "action_items",
        "reminders",
        "working_hours",
        "postmortem",
        "drafting",
        "tickets",
    ):
        part = getattr(policy_, name)
        assert part.model_fields_set == set(type(part).model_fields)
    model = policy_.drafting.model
    assert model.model_fields_set == set(type(model).model_fields)
    needed_when = policy_.postmortem.needed_when
    assert needed_when.model_fields_set == set(NeededWhen.model_fields)


def test_given_keys_replace_or_extend_the_defaults(tmp_path: Path) -> None:
    policy_ = load_text(
        tmp_path,
        """
        zone = "Europe/Berlin"
        working_days = ["sunday", "monday"]
        [channels]
        announce = "#incidents"
        [severities]
        P3 = "Small"
        [roles]
        lead = "Decides"
        [marks]
        ":Bulb:" = "root_cause"
        [postmortem.template_by_severity]
        P4 = "full"
        """,
    )
    assert policy_.zone == ZoneInfo("Europe/Berlin")
    assert policy_.working_days == (Weekday.SUNDAY, Weekday.MONDAY)
    assert policy_.channels.announce == policy_.digest_channel == "incidents"
    assert list(policy_.severities) == list(Severity)
    assert policy_.severities[Severity.P3] == "Small"
    assert policy_.roles == {"lead": "Decides"}
    assert policy_.marks == {"bulb": Mark.ROOT_CAUSE}
    assert policy_.postmortem.template_by_severity[Severity.P4] == "full"
    assert policy_.postmortem.template_by_severity[Severity.P2] == "standard"


def test_a_postmortem_rule_can_be_changed_or_switched_off(tmp_path: Path) -> None:
    off = "\n".join(f"{name} = false" for name in NeededWhen.model_fields)
    rules = load_text(tmp_path, f"{NEEDED}\n{off}").postmortem.needed_when
    assert rules.severity is None
    assert not any(dict(rules).values())
    rules = load_text(tmp_path, f'{NEEDED}\nseverity = "P2"\nusers = 7').postmortem.needed_when
    assert rules == NeededWhen(severity=Severity.P2, users=7)


def test_postmortem_rules_use_the_teams_working_hours(tmp_path: Path) -> None:
    rules = thresholds(
        load_text(
            tmp_path,
            """
            zone = "Europe/Berlin"
            working_days = ["sunday", "monday"]
            [working_hours]
            start = 8
            [postmortem.needed_when]
            minutes = 5
            """,
        )
    )
    assert rules.minutes == 5
    hours = WorkingWeek(zone=ZoneInfo("Europe/Berlin"), days=frozenset({0, 6}), start=8, end=18)
    assert rules.hours == hours
    assert thresholds(Policy()) == Thresholds(hours=WorkingWeek(zone=ZoneInfo("UTC")))


def test_the_digest_may_have_its_own_channel(tmp_path: Path) -> None:
    policy_ = load_text(tmp_path, '[channels]\nannounce = "a"\ndigest = "b"')
    assert policy_.digest_channel == "b"


def test_a_meeting_is_as_long_as_its_agenda_unless_configured(tmp_path: Path) -> None:
    assert Policy().meeting.length == 50
    meeting = load_text(tmp_path, "[meeting]\nagenda = { Cause = 20, Actions = 10 }").meeting
    assert (meeting.length, [*meeting.agenda]) == (30, ["Cause", "Actions"])
    assert load_text(tmp_path, "[meeting]\nminutes = 60").meeting.length == 60


def test_facilitator_groups_are_listed_with_the_permission_groups(
    tmp_path: Path,
) -> None:
    policy_ = load_text(
        tmp_path,
        """
        [permissions]
        resolve = "@oncall"
        [meeting]
        facilitators = ["@sre", "U0123ABCD", "@oncall"]
        """,
    )
    assert policy_.groups == ["@oncall", "@sre"]
    assert policy_.meeting.groups == ["@oncall", "@sre"]


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ('facilitators = ["ana"]', "it must be a user ID"),
        ("agenda = {}", "agenda"),
        ("agenda = { Cause = 0 }", "Cause"),
        ("minutes = -5", "minutes"),
    ],
)
def test_an_invalid_meeting_is_refused(tmp_path: Path, setting: str, message: str) -> None:
    with pytest.raises(BadPolicy, match=message):
        load_text(tmp_path, f"[meeting]\n{setting}")


def test_weekdays_are_numbered_like_date_weekday() -> None:
    assert [day.number for day in Weekday] == list(range(7))


def test_a_policy_is_immutable() -> None:
    with pytest.raises(ValidationError):
        Policy().command = "/x"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("zone = 'Mars/Base'", "zone is 'Mars/Base': it must be a time zone"),
        ("zone = 'Europe'", "zone is 'Europe': it must be a time zone"),
        ("zone = '../etc/passwd'", "zone is '../etc/passwd': it must be a time zone"),
        ("zone = 3", "zone is 3: it must be a time zone"),
        ("zonne = 'UTC'", "zonne isn't a setting (did you mean zone?)."),
        ("[digest]\ndya = 'x'", "digest.dya isn't a setting (did you mean day?)."),
        ("[digest]\nday = 'mondy'", "digest.day is 'mondy' (did you mean monday?)."),
        ("[digest]\nhour = 25", "digest.hour is 25: it must be less than or equal to 23."),
        ("digest = 3", "digest is 3: it must be a table, [digest]."),
        ("nothing = 1", "nothing isn't a setting: choose one of severities, zone, channels"),
        ("a =", "isn't valid TOML (invalid value"),
        ("a = 1\nb = ?", "isn't valid TOML (invalid value (at line 2, column 5)"),
        (
            "[drafting.model]\nmodel = 'm'",
            "drafting.model is wrong: model is set, but base_url isn't: set both, or neither",
        ),
        (
            "[drafting.model]\nbase_url = 'ftp://a'\nmodel = 'm'",
            "drafting.model.base_url is 'ftp://a': it must be a URL",
        ),
        (
            "[drafting.model]\nbase_url = 'https://u:p@a'\nmodel = 'm'",
            "drafting.model.base_url is 'https://u:[removed: password]@a': it must not contain a password",
        ),
        (
            "[drafting.model]\ntimeout = 0",
            "drafting.model.timeout is 0: it must be greater than or equal to 1",
        ),
        ("[drafting.model]\nurl = 'https://a'", "drafting.model.url isn't a setting"),
        ("command = 'incident'", "command is 'incident': it must be a slash and 1 to 31"),
        ("posting_interval = 0", "posting_interval is 0: it must be greater than 0."),
        ("posting_interval = 61", "posting_interval is 61: it must be less than or equal to"),
        ("working_days = []", "working_days is empty: enter a value, or remove the setting."),
        ("[channels]\nannounce = ''", "channels.announce is empty: enter a value"),
        ("[roles]\nscribe = 'x'", "roles is wrong: it must include a lead: add lead ="),
        ("[severities]\nP9 = 'x'", "severities.P9 is 'P9': choose one of P0, P1, P2, P3, P4."),
        ("[marks]\npushpin = 'timelin'", "marks.pushpin is 'timelin' (did you mean timeline?)."),
        ("[postmortem.template_by_severity]\nP0 = 'long'", "postmortem.template_by_severity.P0 is"),
        (
            "[postmortem.template_by_severity]\nP0 = 'blamless'",
            (
                "postmortem.template_by_severity.P0 is 'blamless': choose one of standard, full, "
                "quick, structured, complete, blameless, engineering, learning (did you mean "
                "blameless?)."
            ),
        ),
        (
            "[postmortem.template_by_severity]\nP0 = 'public'",
            "postmortem.template_by_severity.P0 is 'public': choose one of standard",
        ),
        (f"{NEEDED}\nusers = true", f"{KEY}.users is True: it must be a number, or false."),
        (f"{NEEDED}\nusers = -1", f"{KEY}.users is -1: it must be greater than or equal to 0."),
        (f"{NEEDED}\nrevenue = inf", f"{KEY}.revenue is inf: it must be a finite number."),
        (f"{NEEDED}\nslo_target = 101", f"{KEY}.slo_target is 101: it must be less than or"),
        (
            f"{NEEDED}\nseverity = 'P7'",
            f"{KEY}.severity is 'P7': choose one of P0, P1, P2, P3, P4.",
        ),
        (f"{NEEDED}\nseverity = true", f"{KEY}.severity is True: choose one of P0, P1, P2, P3, P4"),
        (f"{NEEDED}\ndata_loss = 5", f"{KEY}.data_loss is 5: it must be a valid boolean"),
        (f"{NEEDED}\nminute = 5", f"{KEY}.minute isn't a setting (did you mean minutes?)."),
        ("[postmortem]\nneeded_when = 3", f"{KEY} is 3: it must be a table, [{KEY}]."),
        ("[working_hours]\nstart = 19", "working_hours is wrong: end must be later than start."),
        (
            "[reminders]\nworking_days_before = [0]",
            "reminders.working_days_before.0 is 0: it must",
        ),
        (
            "[reminders]\ndays_before = 1",
            "reminders.days_before isn't a setting (did you mean working_days_before?).",
        ),
        (
            "[reminders.holidays]\n'Europe/Berlin' = 'XX'",
            "reminders.holidays.Europe/Berlin is 'XX': it must be a country or region code",
        ),
        (
            "[reminders.holidays]\n'Europe/Berlin' = 'DE-XX'",
            "reminders.holidays.Europe/Berlin is 'DE-XX': it must be a country or region code",
        ),
        (
            "[reminders.holidays]\n'Mars/Base' = 'DE'",
            "reminders.holidays.Mars/Base is 'Mars/Base': it must be a time zone",
        ),
        (
            "[action_items.due_days]\nP1 = true",
            "action_items.due_days.P1 is True: it must be a number, or false.",
        ),
        ("[action_items.due_days]\nP7 = 1", "action_items.due_days.P7 is 'P7': choose one of P0"),
        ("[reminders]\nescalate_after_days = 0", "reminders.escalate_after_days is 0: it must"),
    ],
)
def test_an_invalid_configuration_is_explained_in_one_sentence(
    tmp_path: Path, text: str, sentence: str
) -> None:
    with pytest.raises(BadPolicy) as caught:
        load_text(tmp_path, text)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'debrief.toml'}: {sentence}")
    assert message.endswith(".")
    assert "\n" not in message


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b"zone = '\xe9'")
    for name, reason in [
        ("none.toml", "can't be read (No such file"),
        ("latin.toml", "isn't valid UTF"),
    ]:
        with pytest.raises(BadPolicy, match=re.escape(f"{tmp_path / name}: {reason}")):
            load(tmp_path / name)


@pytest.mark.parametrize("name", ["/incident", "/inc-2", "/i", "/" + "x" * 31])
def test_a_slash_command_that_slack_accepts_is_valid(name: str) -> None:
    assert check_command_name(name) == name


@pytest.mark.parametrize("name", ["", "/", "incident", "/Incident", "/in cident", "/" + "x" * 32])
def test_a_slash_command_that_slack_refuses_is_invalid(name: str) -> None:
    with pytest.raises(ValueError, match="it must be a slash"):
        check_command_name(name)
