"""``agent-desk-cli user add | disable | enable | role | password | list``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from agent_desk.cli.exit_codes import EXIT_OK
from agent_desk.cli.target import Commands, add_database, chosen_database
from agent_desk.cli.terminal import read_secret, show_json
from agent_desk.domain.errors import InputError, NotFoundError
from agent_desk.domain.rights import Person, Role, role_named

if TYPE_CHECKING:
    from db.access.keeper import PeopleKeeper


def add_commands(commands: Commands) -> None:
    """Add ``user`` to the program's commands."""
    user = commands.add_parser("user", help="who may sign in, and as what")
    kinds = user.add_subparsers(required=True, metavar="WHAT")
    add = _command(
        kinds, "add", "a new person; the password is asked for, or read from stdin", _add
    )
    add.add_argument("login")
    add.add_argument("--name", default="", help="as colleagues know them; default: the login")
    _add_roles(add)
    role = _command(kinds, "role", "give a person exactly these roles", _role)
    role.add_argument("login")
    _add_roles(role)
    for name, told, run in (
        ("disable", "let somebody sign in no more; what they wrote stays", _disable),
        ("enable", "let a disabled person sign in again", _enable),
        ("password", "a new password, asked for or read from stdin", _password),
    ):
        _command(kinds, name, told, run).add_argument("login")
    _command(kinds, "list", "everybody, as JSON", _list)


def _command(kinds: Commands, name: str, told: str, run: Any) -> argparse.ArgumentParser:
    command = kinds.add_parser(name, help=told)
    add_database(command)
    command.set_defaults(run=run)
    return command


def _add_roles(command: argparse.ArgumentParser) -> None:
    every = ", ".join(role.lower().replace("_", "-") for role in Role)
    command.add_argument("--role", action="append", required=True, help=f"one or more of {every}")
    command.add_argument("--department", default="", help="of a department's or dealer's people")


def _add(arguments: argparse.Namespace) -> int:
    roles = [role_named(text) for text in arguments.role]
    with _people(arguments) as people:
        person = people.add(
            arguments.login,
            name=arguments.name,
            roles=roles,
            department=arguments.department,
            password=_new_password(arguments.login),
        )
    show_json(_shown(person))
    return EXIT_OK


def _role(arguments: argparse.Namespace) -> int:
    roles = [role_named(text) for text in arguments.role]
    with _people(arguments) as people:
        person = people.change_roles(arguments.login, roles, department=arguments.department)
    show_json(_shown(person))
    return EXIT_OK


def _disable(arguments: argparse.Namespace) -> int:
    with _people(arguments) as people:
        show_json(_shown(people.disable(arguments.login)))
    return EXIT_OK


def _enable(arguments: argparse.Namespace) -> int:
    with _people(arguments) as people:
        show_json(_shown(people.enable(arguments.login)))
    return EXIT_OK


def _password(arguments: argparse.Namespace) -> int:
    with _people(arguments) as people:
        people.change_password(arguments.login, _new_password(arguments.login))
    return EXIT_OK


def _list(arguments: argparse.Namespace) -> int:
    with _people(arguments) as people:
        show_json([_shown(person) for person in people.all()])
    return EXIT_OK


@contextmanager
def _people(arguments: argparse.Namespace) -> Iterator[PeopleKeeper]:
    from agent_desk.bootstrap.database import open_people

    with open_people(chosen_database(arguments)) as people:
        try:
            yield people
        except NotFoundError as error:
            accepted = "a person of this floor, see: agent-desk-cli user list"
            raise InputError(field="login", value=arguments.login, accepted=accepted) from error


def _new_password(login: str) -> str:
    """Return a password that was typed twice, or given once by a program."""
    first = read_secret(f"New password of {login}: ")
    if sys.stdin.isatty() and read_secret("Once more: ") != first:
        raise InputError(field="password", value="***", accepted="the same twice")
    return first


def _shown(person: Person) -> dict[str, Any]:
    return {
        "login": person.login,
        "name": person.name,
        "roles": sorted(person.roles),
        "department": person.department_id,
        "disabled_at": person.disabled_at.isoformat() if person.disabled_at else None,
    }
