import pytest

from bot.domain.errors import NotAService, TooManyServices
from bot.incidents.service_names import parse_service_names


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("checkout", ("checkout",)),
        ("checkout payments-api", ("checkout", "payments-api")),
        ("Checkout, payments API", ("checkout", "payments-api")),
        ("checkout and search", ("checkout", "search")),
        ("`checkout`; “search”\nledger", ("checkout", "search", "ledger")),
        ("checkout, Checkout ,", ("checkout",)),
        ("db.eu-1/orders_v2", ("db.eu-1/orders_v2",)),
        (" , ", ()),
    ],
)
def test_service_names_are_parsed_as_people_type_them(typed: str, names: tuple[str, ...]) -> None:
    assert parse_service_names(typed) == names


@pytest.mark.parametrize("typed", ["<!channel>", "*everything*", "x" * 41, "-", "a, b!"])
def test_an_invalid_name_is_refused_with_the_allowed_characters(typed: str) -> None:
    with pytest.raises(NotAService, match=r"isn't a service name. Use letters"):
        parse_service_names(typed)


def test_an_incident_has_at_most_ten_services() -> None:
    with pytest.raises(TooManyServices, match="10 affected services"):
        parse_service_names(" ".join(f"s{number}" for number in range(11)))
