"""What keeping people and signing in mean, whatever the database.

A subclass named ``Test...`` gives the fixtures ``keeper`` (a `PeopleKeeper` with nobody in it) and
``sign_in``, which opens the database as somebody and returns who they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest

from agent_desk.domain.errors import (
    DisabledPersonError,
    InputError,
    NotFoundError,
    SignInError,
)
from agent_desk.domain.rights import Person, Role
from db.access.keeper import PeopleKeeper

LogIn: TypeAlias = Callable[[str, str], Person]

PASSWORD, OTHER = "correct horse 马", "battery staple"


class PeopleContract:
    prefix = ""

    def add(self, keeper: PeopleKeeper, login: str = "li", *roles: Role) -> Person:
        return keeper.add(
            self.prefix + login, name="Li Ming", roles=roles or [Role.AGENT], password=PASSWORD
        )

    def test_a_new_person_signs_in(self, keeper: PeopleKeeper, sign_in: LogIn) -> None:
        added = self.add(keeper, "li", Role.AGENT, Role.SUPERVISOR)

        assert added.roles == {Role.AGENT, Role.SUPERVISOR}
        assert added.name == "Li Ming"
        assert sign_in(added.login, PASSWORD) == added

    @pytest.mark.parametrize("password", [OTHER, PASSWORD.upper(), ""])
    def test_a_wrong_password_is_refused(
        self, keeper: PeopleKeeper, sign_in: LogIn, password: str
    ) -> None:
        login = self.add(keeper).login

        with pytest.raises(SignInError) as caught:
            sign_in(login, password)
        assert PASSWORD not in str(caught.value)

    def test_an_unknown_login_is_refused_like_a_wrong_password(
        self, keeper: PeopleKeeper, sign_in: LogIn
    ) -> None:
        self.add(keeper)

        with pytest.raises(SignInError) as caught:
            sign_in(self.prefix + "nobody", PASSWORD)
        assert type(caught.value) is SignInError

    def test_a_new_password_takes_the_place_of_the_old_one(
        self, keeper: PeopleKeeper, sign_in: LogIn
    ) -> None:
        login = self.add(keeper).login
        keeper.change_password(login, OTHER)

        assert sign_in(login, OTHER).login == login
        with pytest.raises(SignInError):
            sign_in(login, PASSWORD)

    def test_who_is_disabled_stays_out_until_enabled(
        self, keeper: PeopleKeeper, sign_in: LogIn
    ) -> None:
        login = self.add(keeper).login
        disabled = keeper.disable(login)
        assert disabled.disabled_at is not None
        assert not disabled.rights

        with pytest.raises(DisabledPersonError):
            sign_in(login, PASSWORD)
        assert keeper.disable(login).disabled_at == disabled.disabled_at
        assert keeper.enable(login).disabled_at is None
        assert sign_in(login, PASSWORD).roles == {Role.AGENT}

    def test_roles_are_given_as_a_whole(self, keeper: PeopleKeeper, sign_in: LogIn) -> None:
        login = self.add(keeper).login
        keeper.change_roles(login, [Role.AUDITOR, Role.SUPERVISOR])

        assert sign_in(login, PASSWORD).roles == {Role.AUDITOR, Role.SUPERVISOR}

    def test_a_dealer_has_a_place_by_name_or_chinese_name(self, keeper: PeopleKeeper) -> None:
        for number, name in enumerate(("Repair centre", "维修中心", "repair CENTRE")):
            person = keeper.add(
                f"{self.prefix}dealer{number}",
                name="",
                roles=[Role.DEALER],
                department=name,
                password=PASSWORD,
            )
            assert person.department_id
            assert person.name == person.login
        changed = keeper.change_roles(person.login, [Role.DEPARTMENT])
        assert changed.department_id == person.department_id

    @pytest.mark.parametrize(
        ("field", "values"),
        [
            ("login", {"login": "Li Ming"}),
            ("login", {"login": "pg_li"}),
            ("password", {"password": "short"}),
            ("password", {"password": "two\nlines of it"}),
            ("role", {"roles": []}),
            ("department", {"roles": [Role.DEALER]}),
            ("department", {"department": "Nowhere"}),
            ("name", {"name": "x" * 201}),
        ],
    )
    def test_bad_input_names_the_field_and_changes_nothing(
        self, keeper: PeopleKeeper, field: str, values: dict[str, object]
    ) -> None:
        given: dict[str, object] = {
            "login": f"{self.prefix}li",
            "name": "Li",
            "roles": [Role.AGENT],
            "password": PASSWORD,
        }
        with pytest.raises(InputError) as caught:
            keeper.add(**(given | values))  # type: ignore[arg-type]
        assert caught.value.details["field"] == field
        assert "short" not in str(caught.value)
        assert list(keeper.all()) == []

    def test_a_login_is_given_once(self, keeper: PeopleKeeper) -> None:
        self.add(keeper)

        with pytest.raises(InputError, match="login"):
            self.add(keeper)
        assert len(keeper.all()) == 1

    def test_an_unknown_login_is_said(self, keeper: PeopleKeeper) -> None:
        for act in (
            keeper.disable,
            keeper.enable,
            lambda login: keeper.change_password(login, OTHER),
            lambda login: keeper.change_roles(login, [Role.AGENT]),
        ):
            with pytest.raises(NotFoundError, match="nobody"):
                act("nobody")

    def test_everybody_is_listed_by_login(self, keeper: PeopleKeeper) -> None:
        for login in ("wang", "li", "a-b", "a.b"):
            self.add(keeper, login)

        listed = [person.login.removeprefix(self.prefix) for person in keeper.all()]
        assert listed == ["a-b", "a.b", "li", "wang"]

    def test_every_change_is_in_the_log_and_no_password(self, keeper: PeopleKeeper) -> None:
        login = self.add(keeper).login
        keeper.change_roles(login, [Role.AUDITOR])
        keeper.change_password(login, OTHER)
        keeper.disable(login)
        keeper.enable(login)

        logged = self.logged(keeper, login)
        assert [kind for kind, _ in logged] == [
            "PersonAdded",
            "RolesChanged",
            "PasswordChanged",
            "PersonDisabled",
            "PersonEnabled",
        ]
        assert logged[1][1]["roles"] == ["AUDITOR"]
        assert PASSWORD not in str(logged)
        assert OTHER not in str(logged)

    def logged(self, keeper: PeopleKeeper, login: str) -> list[tuple[str, dict[str, object]]]:
        """Return kind and payload of the events about ``login``, in order."""
        raise NotImplementedError
