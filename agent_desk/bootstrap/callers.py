"""Who calls on a simulated floor: customers of the database, or those kept on this machine."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agent_desk.domain.errors import RightsError, StorageError

if TYPE_CHECKING:
    from agent_desk.domain.sign_in import SignInForm
    from db.demo_data.callers import DemoCaller
    from telephony.simulator.callers import Caller

_log = logging.getLogger(__name__)

MOST_CALLERS = 2000


def stored_callers(database: Path) -> Sequence[Caller]:
    """Return who may call according to the file, nobody when there is none."""
    from db.demo_data.callers import demo_callers

    if not database.exists():
        return ()
    return _as_callers(demo_callers(database, limit=MOST_CALLERS))


def server_callers(form: SignInForm) -> Sequence[Caller]:
    """Return who may call according to the server; nobody for a person who may not see them."""
    from db.demo_data import callers
    from db.server_address import parse_server_address

    url = parse_server_address(form.server, field="server").for_login(form.login).url
    try:
        found = callers.server_callers(url, password=form.password, limit=MOST_CALLERS)
    except RightsError:
        return ()
    except StorageError as error:
        _log.warning("nobody is going to call: %s", error)
        return ()
    return _as_callers(found)


async def kept_callers(path: Path) -> Sequence[Caller]:
    """Return who may call according to the kept cards at ``path``; nobody when there are none."""
    from agent_desk.domain.customer import ContactKind
    from db.demo_data.callers import DemoCaller
    from db.local_cache import FileLocalCache

    if not path.exists():
        return ()
    cache = FileLocalCache(path=path)
    found = []
    try:
        await cache.open()
        for customer_id in await cache.ages():
            cached = await cache.get(customer_id)
            points = () if cached is None else cached.card.contact_points
            phones = [p.value for p in points if p.kind is ContactKind.PHONE]
            if cached is not None and phones:
                customer = cached.card.customer
                found.append(DemoCaller(phones[0], customer.name, customer.tier, customer.language))
    except StorageError as error:
        _log.info("kept cards cannot be read: %s", error)
    finally:
        await cache.close()
    return _as_callers(found)


def _as_callers(found: Sequence[DemoCaller]) -> Sequence[Caller]:
    from telephony.simulator.callers import Caller

    return [
        # No name: the network seldom sends one, and the record is to come from the database.
        Caller(number=caller.number, tier=caller.tier, language=caller.language)
        for caller in found
    ]
