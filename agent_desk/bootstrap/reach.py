"""The way to a shared server, also while it is away: who sits here, and what they stand on."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from agent_desk.domain.errors import RightsError, SignInError, StorageError
from agent_desk.domain.identifiers import calling_code

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from agent_desk.domain.rights import Person
    from agent_desk.domain.sign_in import SignInForm
    from agent_desk.ports.change_feed import ChangeFeed
    from agent_desk.ports.storage import Storage
    from agent_desk.services.awaited_server import ServerWay
    from agent_desk.services.late_sign_in import LateSignIn
    from agent_desk.services.offline_sign_in import OfflineSignIn
    from agent_desk.services.sign_in import SignIn

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What a desk on a server stands on; late_sign_in: looks for a server that is away."""

    person: Person
    storage: Storage
    feed: ChangeFeed
    late_sign_in: LateSignIn | None = None


def offline_sign_in(path: Path, days: int) -> OfflineSignIn:
    """Return who may open a desk without the server, as kept beside ``path``."""
    from agent_desk.services.offline_sign_in import OfflineSignIn
    from db.offline_passes import FileOfflinePasses

    return OfflineSignIn(passes=FileOfflinePasses(path=path), days=days)


async def reach(
    form: SignInForm, *, region: str, sign_in: SignIn, offline: OfflineSignIn
) -> Reached:
    """Sign in with the completed ``form``; what is returned has an open storage.

    While no server answers, whoever signed in here before is let in, and the server is looked for
    later. Raises InputError for the address, SignInError, RightsError and StorageError; then
    nothing is open.
    """
    from db.server_address import parse_server_address

    url = parse_server_address(form.server, field="server").for_login(form.login).url
    connect = partial(_way, url, calling_code(region))
    way = connect(form.password)
    try:
        person = await sign_in.opened(way.storage, form)
    except (SignInError, RightsError) as error:
        if isinstance(error, SignInError):
            await sign_in.refused(form)
        await offline.refused(form, error)
        raise
    except StorageError as error:
        person = await offline.person(form, error)
        _log.warning("the desk of %s opens without its server: %s", form.login, error)
        return _awaiting(person, form, error, connect=connect, sign_in=sign_in, offline=offline)
    await sign_in.succeeded(form)
    await offline.keep(form, person)
    return Reached(person=person, storage=way.storage, feed=way.feed)


def _awaiting(
    person: Person,
    form: SignInForm,
    error: StorageError,
    *,
    connect: Callable[[str], ServerWay],
    sign_in: SignIn,
    offline: OfflineSignIn,
) -> Reached:
    from agent_desk.services.awaited_server import AwaitedFeed, AwaitedStorage
    from agent_desk.services.late_sign_in import LateSignIn

    storage, feed = AwaitedStorage(error), AwaitedFeed()
    late_sign_in = LateSignIn(
        form=form,
        connect=connect,
        storage=storage,
        feed=feed,
        sign_in=sign_in,
        offline=offline,
    )
    return Reached(person=person, storage=storage, feed=feed, late_sign_in=late_sign_in)


def _way(url: str, calling_code: str, password: str) -> ServerWay:
    from agent_desk.services.awaited_server import ServerWay
    from db.change_feed.postgres import PostgresChangeFeed
    from db.postgres_storage import PostgresStorage

    return ServerWay(
        storage=PostgresStorage(url=url, password=password, calling_code=calling_code),
        feed=PostgresChangeFeed(url=url, password=password),
    )
