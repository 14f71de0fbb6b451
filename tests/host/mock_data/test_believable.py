"""One would believe the rows: values fit their names, each other, and the way such values are spread."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from mock_data.people import FAMILY, FIRST, filled, slug
from mock_data.pools import NATIONS
from mock_data.roles import role_of, words_of
from mock_data.shapes import Column
from mock_data_generator import MockData, generate_rows

from tests.host.mock_data.conftest import Lite

RESERVED = re.compile(
    r"\+1 \d{3}-555-01\d\d|\+44 (20 7946 0|(113|117|121|131|161) 496 0|29 2018 0)\d{3}"
    r"|\+49 (30 23125|40 66969|89 99998|221 4710|69 90009)\d{3}|\+33 (1 99 00|2 61 91|3 53 01|4 65 71|5 36 49) \d\d \d\d"
    r"|\+46 (8 465 004|31 390 06|40 628 04) \d\d|\+61 [2378] 5550 \d{4}|\+353 20 91\d \d{4}"
)


@pytest.fixture
def customers(shop: sa.Engine) -> list[Any]:
    """Three thousand customers, by column name."""
    return rows_of(shop, "customers", 3000)


@pytest.fixture
def orders(shop: sa.Engine) -> list[Any]:
    """Three thousand orders, by column name."""
    return rows_of(shop, "orders", 3000)


def rows_of(engine: sa.Engine, table: str, count: int) -> list[Any]:
    """Rows as objects with the columns as attributes."""
    metadata = sa.MetaData()
    metadata.reflect(engine)
    return [type("Row", (), row) for row in generate_rows(metadata.tables[table], count, seed=1)]


def test_addresses_are_those_of_the_persons_and_reach_nobody(customers: list[Any]) -> None:
    for row in customers:
        local, domain = row.email.split("@")
        german = row.country == "DE"
        assert domain in ("example.com", "example.org", "example.net")
        assert re.fullmatch(rf"{slug(row.first_name, german)}[._-]{slug(row.last_name, german)}\d*", local)
        assert row.phone is None or RESERVED.fullmatch(row.phone)


def test_every_telephone_number_of_the_pools_is_reserved() -> None:
    assert [number for number in filled("phone") if not RESERVED.fullmatch(number)] == []


def test_a_family_name_belongs_to_one_nation_only() -> None:
    names = [slug(name, nation.code == "DE") for nation in NATIONS for name in nation.families.split()]

    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert {len(nation.families.split()) for nation in NATIONS} == {FAMILY}
    assert {len((nation.women + " " + nation.men).split()) for nation in NATIONS} == {FIRST}


def test_a_place_lies_in_its_country_and_pays_its_currency(customers: list[Any]) -> None:
    cities = {city.name: nation for nation in NATIONS for city in nation.cities}
    for row in customers:
        nation = next(each for each in NATIONS if each.code == row.country)
        assert row.currency == nation.currency
        assert row.city is None or cities[row.city] is nation
        assert [part is None for part in (row.street, row.postcode, row.city)] in ([True] * 3, [False] * 3)


def test_a_total_is_quantity_times_price(orders: list[Any]) -> None:
    assert all(row.total == row.quantity * row.unit_price for row in orders)
    assert {row.unit_price % 1 for row in orders} == {Decimal(text) for text in ("0.99", "0.95", "0.00", "0.50", "0.49", "0.90")}


def test_amounts_are_skewed(orders: list[Any]) -> None:
    totals = sorted(row.total for row in orders)

    assert statistics.mean(totals) > 1.5 * float(statistics.median(totals))
    assert sum(totals[-300:]) > sum(totals) / 3


def test_moments_follow_each_other_and_the_status(orders: list[Any]) -> None:
    until = datetime(2026, 1, 1)
    sent = {"shipped", "delivered"}
    for row in orders:
        moments = [moment for moment in (row.ordered_at, row.shipped_at, row.delivered_at) if moment is not None]
        assert moments == sorted(moments)
        assert until - timedelta(days=730) <= moments[0] and moments[-1] < until
        assert (row.shipped_at is not None) == (row.status in sent)
        assert (row.delivered_at is not None) == (row.status == "delivered")


def test_dates_have_seasons_and_weekdays(orders: list[Any], shop: sa.Engine) -> None:
    moments = [row.ordered_at for row in rows_of(shop, "orders", 40_000)]
    months, days, hours = (
        Counter(getattr(moment, part)() if part == "weekday" else getattr(moment, part) for moment in moments)
        for part in ("month", "weekday", "hour")
    )

    assert months[12] > 1.3 * months[2]
    assert days[1] > 1.5 * days[6]
    assert hours[11] > 8 * hours[3]


def test_updates_come_after_the_beginning(customers: list[Any]) -> None:
    assert all(row.updated_at is None or row.updated_at > row.created_at for row in customers)


def test_nulls_are_few_and_only_where_they_are_allowed(customers: list[Any]) -> None:
    nulls = {name: sum(getattr(row, name) is None for row in customers) for name in ("first_name", "email", "phone", "city", "updated_at")}

    assert nulls["first_name"] == nulls["email"] == 0
    assert all(90 < nulls[name] < 220 for name in ("phone", "city", "updated_at"))


@pytest.mark.parametrize(
    ("name", "kind", "role"),
    [
        *((name, "text", "email") for name in ("email", "eMail", "E_MAIL_ADRESSE", "customerEmail", "contact_email_address")),
        *((name, "text", "first_name") for name in ("first_name", "firstName", "Vorname", "FNAME", "given_name")),
        *((name, "text", "last_name") for name in ("Nachname", "surname", "family_name")),
        *((name, "text", "postcode") for name in ("plz", "zip_code", "PostalCode", "billing_postcode")),
        *((name, "text", "street") for name in ("Straße", "address", "address_line_1", "LieferStrasse")),
        *((name, "text", "phone") for name in ("phone", "Telefonnummer", "mobile_no", "workPhone")),
        *((name, "text", "code") for name in ("sku", "Kundennummer", "order_no", "invoiceNumber")),
        *((name, "decimal", "total") for name in ("total", "Betrag", "amount", "order_total", "Gesamtbetrag")),
        *((name, "decimal", "price") for name in ("unit_price", "unitPrice", "Einzelpreis", "list_price", "kosten")),
        *((name, "int", "quantity") for name in ("qty", "Menge", "Anzahl", "order_quantity")),
        *((name, "datetime", "changed") for name in ("updated_at", "modifiedOn", "geaendert_am", "last_login")),
        *((name, "date", "birth") for name in ("birth_date", "dob", "Geburtsdatum")),
        *((name, "date", "due") for name in ("due_date", "valid_to", "expires_on", "faellig_am")),
        ("umsatz", "decimal", "balance"),
        ("ip_address", "text", "ip"),
        ("is_deleted", "bool", "mostly_false"),
        ("aktiv", "bool", "mostly_true"),
        ("email_count", "int", "count"),
        ("whatever", "text", ""),
    ],
)
def test_a_name_says_what_a_column_is_about(name: str, kind: str, role: str) -> None:
    assert role_of(Column(name, "", kind), "orders")[0] == role


@pytest.mark.parametrize(
    ("table", "role"), [("customers", "full_name"), ("Lieferanten", "company"), ("products", "product"), ("things", "name")]
)
def test_a_name_means_what_its_table_holds(table: str, role: str) -> None:
    assert role_of(Column("name", "", "text"), table)[0] == role


def test_whose_an_address_is_keeps_two_apart(lite: Lite) -> None:
    engine = lite(
        "CREATE TABLE orders (billing_city VARCHAR(40), billing_country CHAR(2), shipping_city VARCHAR(40), shipping_country CHAR(2))"
    )
    cities = {city.name: nation.code for nation in NATIONS for city in nation.cities}

    rows = list(MockData(engine, ["orders"], 300).tuples("orders"))

    assert all(cities[row[place]] == row[place + 1] for row in rows for place in (0, 2) if row[place] and row[place + 1])
    assert sum(row[1] != row[3] for row in rows) > 100


def test_words_of_a_name() -> None:
    assert [words_of(name) for name in ("customerEMail", "HTTPStatus", "Kunden-Straße", "order__no")] == [
        *("customer_e_mail", "http_status", "kunden_strasse", "order_no")
    ]


SAMPLES = [
    {"id": number, "city": city, "country": country, "amount": 10 * number, "status": ("open", "paid", None)[number % 3]}
    for number, (city, country) in enumerate([("Lyon", "FR"), ("Bonn", "DE"), ("Kiel", "DE")] * 4, 1)
]


def test_samples_give_the_values_and_keep_together_what_belongs_together(lite: Lite) -> None:
    engine = lite("CREATE TABLE t (id INTEGER PRIMARY KEY, city TEXT, country TEXT, amount INTEGER, status TEXT, email VARCHAR(60))")

    rows = list(MockData(engine, ["t"], 1000, samples={"t": SAMPLES}).tuples("t"))

    assert {row[1:3] for row in rows} == {("Lyon", "FR"), ("Bonn", "DE"), ("Kiel", "DE")}
    assert {row[3] for row in rows} == {10 * number for number in range(1, 13)}
    assert {row[4] for row in rows} == {"open", "paid", None}
    assert len({row[0] for row in rows}) == 1000
    assert len({row[1:4] for row in rows}) > 20  # the amount goes with any city


def test_without_samples_no_value_of_the_database_is_read(lite: Lite) -> None:
    engine = lite("CREATE TABLE t (id INTEGER PRIMARY KEY, secret VARCHAR(40) NOT NULL)", "INSERT INTO t (secret) VALUES ('hunter2-value')")
    read: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *words: read.append(words[2]))

    MockData(engine, ["t"], 500).load()

    assert not [statement for statement in read if "secret" in statement and statement.startswith("SELECT")]
