"""Addresses of servers: what is meant, and what is refused and why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from agent_desk.domain.errors import InputError
from db.server_address import ServerAddress, is_server_address, parse_server_address


def test_the_short_form_means_the_usual_port_and_a_proven_server() -> None:
    address = parse_server_address("postgresql://floor.example/desk")

    assert (address.host, address.port, address.database) == ("floor.example", 5432, "desk")
    assert (address.login, address.name) == ("", "floor.example/desk")
    assert conninfo_to_dict(address.for_login("li").url) == {
        "host": "floor.example",
        "port": "5432",
        "dbname": "desk",
        "user": "li",
        "sslmode": "verify-full",
        "sslrootcert": "system",
    }


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.3.2.1", "[::1]"])
@pytest.mark.parametrize("query", ["", "?sslmode=disable"])
def test_on_this_machine_tls_is_not_demanded(host: str, query: str) -> None:
    address = parse_server_address(f"postgresql://li@{host}:6543/desk{query}")

    assert address.is_local
    assert conninfo_to_dict(address.url).get("sslmode") == (query.rpartition("=")[2] or None)
    assert address.port == 6543


def test_a_socket_is_a_folder() -> None:
    address = parse_server_address("postgresql:///desk?host=/run/postgresql")

    assert address.is_local
    assert conninfo_to_dict(address.url)["host"] == "/run/postgresql"


def test_a_root_certificate_of_ones_own_is_taken() -> None:
    url = parse_server_address("postgresql://db.example/desk?sslrootcert=/etc/floor.pem").url

    assert conninfo_to_dict(url)["sslrootcert"] == "/etc/floor.pem"


@pytest.mark.parametrize(
    ("text", "field", "accepted"),
    [
        ("mysql://db/desk", "database", "postgresql://"),
        ("db.example/desk", "database", "postgresql://"),
        ("postgresql:///desk", "database: host", "one host name"),
        ("postgresql://a,b/desk", "database: host", "one host name"),
        ("postgresql://db", "database: name", "such as /agent_desk"),
        ("postgresql://db/", "database: name", "such as /agent_desk"),
        ("postgresql://db/one/two", "database: name", "such as /agent_desk"),
        ("postgresql://db:no/desk", "database: port", "1 to 65535"),
        ("postgresql://db:0/desk", "database: port", "1 to 65535"),
        ("postgresql://db:70000/desk", "database: port", "1 to 65535"),
        ("postgresql://db/desk?sslmode=prefer", "database: sslmode", "db is another machine"),
        ("postgresql://db/desk?sslmode=verify-ca", "database: sslmode", "verify-full"),
        ("postgresql://db/desk?sslmode=", "database: sslmode", "verify-full"),
        ("postgresql://db/desk?ssl=1", "database: option", "sslrootcert"),
        ("postgresql://db/desk?sslkey=a&sslkey=b", "database: option", "each once"),
        ("postgresql://db/desk#x", "database", "%23"),
        ("postgresql://[::1/desk", "database", "postgresql://"),
    ],
)
def test_a_wrong_address_names_the_part_and_what_is_accepted(
    text: str, field: str, accepted: str
) -> None:
    with pytest.raises(InputError) as caught:
        parse_server_address(text)
    assert caught.value.details["field"] == field
    assert accepted in caught.value.details["accepted"]


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://li:geheim@db.example/desk",
        "postgresql://li:@db.example/desk",
        "postgresql://db.example/desk?password=geheim",
        "http://li:geheim@db.example/desk",
        "postgresql://li:geheim@[::1/desk",
    ],
)
def test_a_password_in_the_address_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_server_address(text)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgresql://db/desk", True),
        ("POSTGRES://db", True),
        ("/home/li/desk.db", False),
        ("C:\\desk.db", False),
        ("postgresql.db", False),
        ("", False),
    ],
)
def test_a_server_is_told_from_a_file(text: str, expected: bool) -> None:
    assert is_server_address(text) is expected


_names = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1)


@given(_names.filter(lambda name: "/" not in name), _names, st.integers(1, 65535))
def test_what_is_written_is_read_again(database: str, login: str, port: int) -> None:
    address = ServerAddress(host="127.0.0.1", port=port, database=database, login=login)

    assert parse_server_address(address.url) == address
    assert conninfo_to_dict(address.url)["user"] == login
