import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incident import Severity
from bot.domain.severity_words import parse_severity, take_severity


@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize(
    "form", ["P{}", "p{}", "sev{}", "SEV{}", "sev-{}", "Sev {}", "severity {}"]
)
def test_a_severity_is_parsed_as_people_write_it(form: str, number: int) -> None:
    assert parse_severity(form.format(number)) is Severity(f"P{number}")


@pytest.mark.parametrize(
    "text",
    ["", "P", "P5", "P10", "1", "sev", "sevP1", "prio 1", "P1 or P2", "minor", "sev minor", "P1."],
)
def test_other_text_is_not_a_severity(text: str) -> None:
    assert parse_severity(text) is None


@pytest.mark.parametrize(
    ("text", "severity", "rest"),
    [
        ("P1 checkout fails", Severity.P1, "checkout fails"),
        ("  sev2   checkout fails ", Severity.P2, "checkout fails"),
        ("SEV-0\ncheckout fails", Severity.P0, "checkout fails"),
        ("P1", Severity.P1, ""),
        ("P1: checkout fails", Severity.P1, "checkout fails"),
        ("checkout fails", None, "checkout fails"),
        ("checkout fails P1", None, "checkout fails P1"),
        ("P12 is a printer", None, "P12 is a printer"),
        ("sev minor, only 1 customer", None, "sev minor, only 1 customer"),
        ("", None, ""),
    ],
)
def test_a_leading_severity_is_separated_from_the_text(
    text: str, severity: Severity | None, rest: str
) -> None:
    assert take_severity(text) == (severity, rest)


@given(st.text())
def test_text_without_a_severity_is_unchanged(text: str) -> None:
    found, rest = take_severity(text)
    assert found or rest == text.strip()
