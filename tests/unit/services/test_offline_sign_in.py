"""Who may open a desk without the server: the last sign-in, its password, its age."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from agent_desk.domain.errors import (
    CertificateError,
    DatabaseTimeoutError,
    DisabledPersonError,
    MissingDatabaseError,
    OfflineExpiredError,
    OfflinePasswordError,
    OlderSchemaError,
    RightsError,
    ServerAwayError,
    ServerFullError,
    SignInError,
    StorageError,
)
from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.rights import Person, Role
from agent_desk.domain.sign_in import SignInForm
from agent_desk.services.offline_sign_in import OfflineSignIn
from tests.fakes.memory_offline_passes import MemoryOfflinePasses

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PATH = "postgresql://li@floor.example/desk"
LI = Person(login=AgentId("li"), name="Li Ming", roles=frozenset({Role.AGENT}))
FORM = SignInForm(server="postgresql://floor.example/desk", login="li", password="horse battery")
WRONG = SignInForm(server=FORM.server, login="li", password="wrong horse")
AWAY = ServerAwayError(path=PATH)


class Wall:
    """A clock on the wall."""

    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def passes() -> MemoryOfflinePasses:
    return MemoryOfflinePasses()


@pytest.fixture
def offline(passes: MemoryOfflinePasses, wall: Wall) -> OfflineSignIn:
    return OfflineSignIn(passes=passes, days=14, now=wall.now)


@pytest.mark.parametrize("error", [AWAY, DatabaseTimeoutError(path=PATH, seconds=8.0)])
async def test_who_signed_in_here_is_let_in(offline: OfflineSignIn, error: StorageError) -> None:
    await offline.keep(FORM, LI)

    assert await offline.person(FORM, error) == LI


@pytest.mark.parametrize(
    "error",
    [
        SignInError(path=PATH, login="li"),
        DisabledPersonError(path=PATH, login="li"),
        CertificateError(path=PATH, reason="self-signed"),
        ServerFullError(path=PATH),
        MissingDatabaseError(path=PATH, name="desk"),
        OlderSchemaError(path=PATH, found="1", known="2"),
    ],
)
async def test_a_server_that_has_answered_decides(
    offline: OfflineSignIn, error: StorageError
) -> None:
    await offline.keep(FORM, LI)

    with pytest.raises(type(error)) as refused:
        await offline.person(FORM, error)
    assert refused.value is error


async def test_another_password_opens_nothing_and_takes_nothing_away(
    offline: OfflineSignIn,
) -> None:
    await offline.keep(FORM, LI)

    with pytest.raises(OfflinePasswordError):
        await offline.person(WRONG, AWAY)
    assert await offline.person(FORM, AWAY) == LI


@pytest.mark.parametrize("days", [-0.9, 0, 13.9, 14])
async def test_a_pass_counts_for_its_days(offline: OfflineSignIn, wall: Wall, days: float) -> None:
    await offline.keep(FORM, LI)
    wall.time += timedelta(days=days)

    assert await offline.person(FORM, AWAY) == LI


@pytest.mark.parametrize("days", [-1.1, 14.1, 400])
async def test_an_old_pass_is_gone_and_so_is_one_of_a_clock_set_back(
    offline: OfflineSignIn, wall: Wall, days: float
) -> None:
    await offline.keep(FORM, LI)
    wall.time += timedelta(days=days)

    with pytest.raises(OfflineExpiredError) as refused:
        await offline.person(FORM, AWAY)
    assert refused.value.details["days"] == 14
    wall.time = NOW
    with pytest.raises(ServerAwayError) as gone:
        await offline.person(FORM, AWAY)
    assert gone.value is AWAY


async def test_where_it_is_forbidden_nothing_is_kept(
    offline: OfflineSignIn, passes: MemoryOfflinePasses, wall: Wall
) -> None:
    await offline.keep(FORM, LI)
    forbidding = OfflineSignIn(passes=passes, days=0, now=wall.now)

    with pytest.raises(ServerAwayError) as refused:
        await forbidding.person(FORM, AWAY)
    assert refused.value is AWAY
    await forbidding.keep(FORM, LI)
    assert passes.find(FORM.server, "li") is None


@pytest.mark.parametrize(
    ("form", "error", "is_kept"),
    [
        (FORM, SignInError(path=PATH, login="li"), False),
        (WRONG, SignInError(path=PATH, login="li"), True),
        (WRONG, DisabledPersonError(path=PATH, login="li"), False),
        (FORM, RightsError(action="sign in", role="li"), False),
    ],
)
async def test_a_refusal_takes_away_what_it_contradicts(
    offline: OfflineSignIn,
    passes: MemoryOfflinePasses,
    form: SignInForm,
    error: SignInError | RightsError,
    is_kept: bool,
) -> None:
    await offline.keep(FORM, LI)

    await offline.refused(form, error)

    assert (passes.find(FORM.server, "li") is not None) is is_kept
