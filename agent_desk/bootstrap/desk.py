"""Composition of a desk: puts adapters and services together.

Adapters, services and asyncio are imported inside functions, so that a headless command needs no Qt
and the first window is on the screen before anything is read that it does not need.
"""

from __future__ import annotations

import dataclasses
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from agent_desk.bootstrap.callers import kept_callers, server_callers, stored_callers
from agent_desk.bootstrap.records import make_demo_data, read_scenario
from agent_desk.bootstrap.server import DatabaseTarget, server_of
from agent_desk.bootstrap.telephone import (
    CallPorts,
    MakeEngine,
    MakeNetwork,
    call_rules,
    kept_secrets,
    own_network,
    simulated_ports,
    sip_ports,
    spoken_here,
)
from agent_desk.domain.errors import (
    ConfigurationError,
    InputError,
    SignInError,
)
from agent_desk.domain.identifiers import AgentId, calling_code
from agent_desk.settings import (
    APP_NAME,
    Places,
    Settings,
    load_settings,
    make_database_folder,
    save_settings,
    usual_places,
)

if TYPE_CHECKING:
    from agent_desk.bootstrap.own_files import OwnFiles
    from agent_desk.domain.rights import Person
    from agent_desk.domain.sign_in import SignInForm, SignInOffer
    from agent_desk.domain.verification_rules import VerificationRules
    from agent_desk.ports.change_feed import ChangeFeed
    from agent_desk.ports.content_folder import ContentFolder
    from agent_desk.ports.storage import Storage
    from agent_desk.services.desk import Desk, DeskPorts, DeskProfile
    from agent_desk.services.late_sign_in import LateSignIn
    from agent_desk.services.sign_in import SignIn
    from telephony.simulator.callers import Caller
    from telephony.simulator.scenario import Scenario
    from telephony.webrtc.engine import MediaEngine
    from ui.session import DeskSession

_log = logging.getLogger(__name__)

DEMO_CUSTOMERS = 1000
DEMO_SEED = 20
DEMO_MINUTES = 2.0
DEMO_SPEED = 4.0
PLAYED_CALLS_PER_HOUR = 120.0
OTHER_SIDE_SECONDS = 30.0
"""Pause of a demo's dispatchers and dealers before each step, in simulated seconds."""
PLAYED_OTHER_SIDE_SECONDS = 4.0
"""The same where two minutes have to show an order all the way round."""
DEMO_PICTURES = Path("build/demo")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPlan:
    """What to open: demo fills an empty database with made-up customers first.

    seed: of the simulated floor. starts_at: the floor's clock at the start, None for now.
    direct_calls_per_hour: calls to the desk's own number, None for as many as the scenario says.
    other_side_seconds: pause of made-up dispatchers and dealers before each step, None for nobody.
    engine, network: what a telephone stands on; without an engine calls are simulated.
    """

    settings: Settings
    places: Places
    demo: bool = False
    seed: int = DEMO_SEED
    starts_at: datetime | None = None
    direct_calls_per_hour: float | None = None
    other_side_seconds: float | None = None
    engine: MakeEngine | None = None
    network: MakeNetwork = own_network

    @property
    def has_line(self) -> bool:
        """Whether calls come from a real exchange; a demo's are always simulated."""
        return self.settings.sip.is_set and self.engine is not None and not self.demo

    @property
    def server(self) -> str:
        """The address of the shared database server, "" when the desk has a file of its own."""
        return "" if self.demo else server_of(self.settings)

    @property
    def database(self) -> Path:
        """The SQLite file of a desk without a server."""
        chosen = "" if self.server else self.settings.database
        return Path(chosen) if chosen and not self.demo else self.places.database


async def open_desk(
    plan: DeskPlan,
    *,
    prepare: Callable[[Desk], None] = lambda desk: None,
    form: SignInForm | None = None,
) -> Desk:
    """Return a running desk; call it on `desk-loop`.

    ``prepare`` sees the desk before its first event. form: what the person gave to sign in, for
    a desk with a server. Raises StorageError, ConfigurationError, and for a server InputError,
    SignInError and RightsError; then nothing is left open.
    """
    import asyncio

    loop = asyncio.get_running_loop()
    scenario = None if plan.has_line else await loop.run_in_executor(None, load_floor, plan)
    if plan.server:
        assert form is not None, "a desk with a server opens after sign-in"
        return await _opened_on_server(plan, scenario, form, prepare)
    callers = await loop.run_in_executor(None, _callers, plan)
    return await _opened_on_file(plan, scenario, callers, form, prepare)


async def _opened_on_file(
    plan: DeskPlan,
    scenario: Scenario | None,
    callers: Sequence[Caller],
    form: SignInForm | None,
    prepare: Callable[[Desk], None],
) -> Desk:
    from db.change_feed.sqlite import SqliteChangeFeed
    from db.sqlite_storage import SqliteStorage

    storage = SqliteStorage(path=plan.database, calling_code=calling_code(plan.settings.region))
    feed = SqliteChangeFeed(path=plan.database)
    person = None
    if form is not None:
        person = await _signed_in(storage, await _completed(form))
    elif not plan.demo:
        await _require_nobody(storage)
    own = await _own_files(plan, person, plan.database)
    calls = await _call_ports(plan, scenario, callers)
    ports = await _ports(plan, calls, storage=storage, feed=feed, own=own)

    def prepare_floor(desk: Desk) -> None:
        _seat_other_side(plan, storage, desk)
        prepare(desk)

    return await _started(ports, _profile(plan.settings, person), prepare_floor)


def _seat_other_side(plan: DeskPlan, storage: Storage, desk: Desk) -> None:
    """Let dispatchers, dealers and approvers work off the desk's orders, where any are wanted."""
    if plan.other_side_seconds is None:
        return
    from agent_desk.services.back_office import BackOffice

    desk.accompany(
        BackOffice(
            storage=storage,
            bus=desk.bus,
            clock=desk.clock,
            region=plan.settings.region,
            step_seconds=plan.other_side_seconds,
        )
    )


async def _opened_on_server(
    plan: DeskPlan, scenario: Scenario | None, form: SignInForm, prepare: Callable[[Desk], None]
) -> Desk:
    import asyncio

    from agent_desk.bootstrap.reach import offline_sign_in, reach
    from agent_desk.domain.rights import Right

    form = await _completed(form)
    reached = await reach(
        form,
        region=plan.settings.region,
        sign_in=_sign_in(),
        offline=offline_sign_in(plan.places.offline, plan.settings.offline_days),
    )
    person, is_there = reached.person, reached.late_sign_in is None
    own = await _own_files(plan, person, form.server)
    callers: Sequence[Caller] = ()
    if scenario is not None and person.may(Right.SEE_CUSTOMERS):
        if is_there:
            loop = asyncio.get_running_loop()
            callers = await loop.run_in_executor(None, server_callers, form)
        else:
            callers = await kept_callers(own.cache)
    calls = await _call_ports(plan, scenario, callers)
    ports = await _ports(plan, calls, storage=reached.storage, feed=reached.feed, own=own)
    profile = _profile(plan.settings, person)
    return await _started(ports, profile, prepare, late_sign_in=reached.late_sign_in)


async def _completed(form: SignInForm) -> SignInForm:
    return await _sign_in().completed(form)


async def _signed_in(storage: Storage, form: SignInForm) -> Person:
    """Open ``storage`` and return who signed in to it; it is closed again when nobody did."""
    sign_in = _sign_in()
    try:
        person = await sign_in.opened(storage, form)
    except SignInError:
        await sign_in.refused(form)
        raise
    await sign_in.succeeded(form)
    return person


async def _require_nobody(storage: Storage) -> None:
    """Open ``storage``; raises InputError, and closes it, when its people have to sign in.

    Whoever asked beforehand may have found the file locked.
    """
    try:
        await storage.open()
        if await storage.read(lambda uow: uow.people.all()):
            raise InputError(field="login", value="", accepted="your login name")
    except BaseException:
        await storage.close()
        raise


def _sign_in() -> SignIn:
    from agent_desk.services.sign_in import SignIn
    from db.credentials import KeyringCredentials

    return SignIn(credentials=KeyringCredentials())


async def _started(
    ports: DeskPorts,
    profile: DeskProfile,
    prepare: Callable[[Desk], None],
    *,
    late_sign_in: LateSignIn | None = None,
) -> Desk:
    from agent_desk.services.desk import Desk

    desk = Desk(ports=ports, profile=profile, late_sign_in=late_sign_in)
    prepare(desk)
    try:
        await desk.start()
    except BaseException:
        # Signing in may have opened it before the desk did.
        await ports.storage.close()
        raise
    return desk


def load_floor(plan: DeskPlan) -> Scenario:
    """Return the scenario of the settings: a built-in name, or the path of a TOML file."""
    return read_scenario(plan.settings.scenario)


def _callers(plan: DeskPlan) -> Sequence[Caller]:
    """Return who may call: customers of the database, which the demo makes up when it has none."""
    if plan.database == plan.places.database:
        make_database_folder(plan.places)
    if plan.has_line:
        return ()
    callers = stored_callers(plan.database)
    if callers or not plan.demo:
        return callers
    make_demo_data(
        DatabaseTarget(place=plan.database),
        customers=DEMO_CUSTOMERS,
        seed=DEMO_SEED,
        region=plan.settings.region,
        now=plan.starts_at or datetime.now(UTC),
        agent=AgentId(plan.settings.agent_id),
    )
    return stored_callers(plan.database)


def _profile(settings: Settings, person: Person | None = None) -> DeskProfile:
    from agent_desk.services.desk import DeskProfile

    return DeskProfile(
        agent_id=AgentId(settings.agent_id) if person is None else person.login,
        agent_name=settings.agent_name if person is None else person.name,
        region=settings.region,
        repeat_window=timedelta(days=settings.repeat_window_days),
        person=person,
        verification=_verification_rules(settings),
        call_rules=call_rules(settings),
    )


def _verification_rules(settings: Settings) -> VerificationRules:
    from agent_desk.domain.order_message import ReminderLimits
    from agent_desk.domain.verification_rules import VerificationRules
    from agent_desk.domain.working_calendar import CalendarId

    return VerificationRules(
        begins=settings.verify_from,
        ends=settings.verify_until,
        calendar=CalendarId(settings.verify_calendar) if settings.verify_calendar else None,
        absence_days=settings.absence_days,
        reminders=ReminderLimits(
            pause=timedelta(hours=settings.reminder_hours), most=settings.reminders
        ),
    )


async def _own_files(plan: DeskPlan, person: Person | None, database: str | Path) -> OwnFiles:
    import asyncio

    from agent_desk.bootstrap.own_files import own_files

    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, own_files, plan.places, person, database)


async def _call_ports(
    plan: DeskPlan, scenario: Scenario | None, callers: Sequence[Caller]
) -> CallPorts:
    """Return what carries the desk's calls: a telephone, or the simulated floor of ``scenario``."""
    if plan.engine is not None and plan.has_line:
        account = await spoken_here(plan.settings.sip)
        return sip_ports(
            dataclasses.replace(plan.settings, sip=account),
            await kept_secrets(account),
            plan.places,
            engine=plan.engine(),
            network=plan.network(account),
        )
    assert scenario is not None
    return simulated_ports(
        _for_this_desk(scenario, plan),
        callers,
        speed=plan.settings.speed,
        seed=plan.seed,
        starts_at=plan.starts_at,
    )


async def _ports(
    plan: DeskPlan,
    calls: CallPorts,
    *,
    storage: Storage,
    feed: ChangeFeed,
    own: OwnFiles,
) -> DeskPorts:
    import asyncio

    from agent_desk.bootstrap.late_probe import LateProbe
    from agent_desk.services.desk import DeskPorts
    from db.credentials import KeyringCredentials
    from db.dialled_numbers import FileDialledNumbers
    from db.journal import FileJournal
    from db.local_cache import FileLocalCache
    from db.sheet_files import SheetFiles
    from db.text_files import TextFiles
    from telephony.number_places import GeocodedNumbers

    cache = None
    if plan.settings.keep_cards:
        cache = FileLocalCache(path=own.cache)
    else:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, _forget_cards, plan.places.cache)
    return DeskPorts(
        switch=calls.switch,
        media=calls.media,
        clock=calls.clock,
        line=calls.line,
        trace=calls.trace,
        probe=LateProbe(),
        storage=storage,
        journal=FileJournal(path=own.journal),
        cache=cache,
        feed=feed,
        places=GeocodedNumbers(),
        sheets=SheetFiles(),
        texts=TextFiles(),
        credentials=KeyringCredentials(),
        dialled=FileDialledNumbers(path=own.dialled),
        contents=_contents(plan.settings.attachment_folder),
    )


def _contents(folder: str) -> ContentFolder | None:
    """Return where attachments go as files, None for the database."""
    if not folder:
        return None
    from db.content_files import ContentFiles

    return ContentFiles(Path(folder).expanduser())


def _forget_cards(path: Path) -> None:
    """Remove everybody's kept cards from this machine, where none are to be kept."""
    from agent_desk.bootstrap.own_files import forget_cards

    forget_cards(path, *path.parent.glob(f"{path.stem}.*{path.suffix}"))


def _for_this_desk(scenario: Scenario, plan: DeskPlan) -> Scenario:
    """Return ``scenario`` with what the settings say of the desk."""
    desk = dataclasses.replace(scenario.desk, wrap_up_seconds=float(plan.settings.wrap_up_seconds))
    if plan.direct_calls_per_hour is not None:
        desk = dataclasses.replace(desk, direct_calls_per_hour=plan.direct_calls_per_hour)
    return dataclasses.replace(scenario, desk=desk)


def run_desk(
    *,
    demo: bool,
    base: Path | None,
    speed: float | None,
    minutes: float | None,
    pictures: Path | None,
    password: str | None = None,
    link: str = "",
) -> int:
    """Show the desk until its window closes; return the process's exit code.

    password: signs the settings' login in at once, at a desk with a server. link: what to call,
    as in tel:+8613800138000; a desk that runs already gets it, and this process ends.

    Without a display it runs offscreen; a demo then plays the agent for two simulated minutes,
    prints the story of each call and leaves pictures.
    """
    from ui.platform import choose_platform

    has_display = choose_platform()
    if link and _handed_over(link, usual_places(name=_name(demo), base=base)):
        return 0
    if demo and not has_display and minutes is None:
        minutes = DEMO_MINUTES
    if minutes is not None and speed is None and not has_display:
        speed = DEMO_SPEED
    session = make_session(
        demo=demo,
        base=base,
        speed=speed,
        played=minutes is not None,
        password=password,
        link=link,
    )
    if not has_display:
        # A former window's place is cut to the small screen that a screenless Qt makes up.
        usual_places(name=_name(demo), base=base).layout.unlink(missing_ok=True)
    if minutes is not None:
        from ui.demo_agent import DemoAgent

        player = DemoAgent(session=session, minutes=minutes, pictures=pictures or DEMO_PICTURES)
        player.done.connect(lambda: session.stop())
    return session.run()


def make_session(
    *,
    demo: bool,
    base: Path | None,
    speed: float | None = None,
    played: bool = False,
    password: str | None = None,
    link: str = "",
) -> DeskSession:
    """Return the session behind `run_desk`, ready to be run; Qt's platform is chosen already.

    speed: None for the settings'. played: a program sits at the desk and wants more calls.
    password: of the settings' login; None to ask. link: what to put into the dial box.
    """
    from ui.session import DeskSession

    # 0.5 ms instead of 5: the window's Python must not hold up the desk-loop's ticks.
    sys.setswitchinterval(0.0005)
    places = usual_places(name=_name(demo), base=base)
    settings, complaint = _settings_or_defaults(places.settings)
    shown = dataclasses.replace(settings, speed=settings.speed if speed is None else speed)
    plan = DeskPlan(
        settings=shown,
        places=places,
        demo=demo,
        # A played agent never tires: enough calls that two minutes have a story.
        direct_calls_per_hour=PLAYED_CALLS_PER_HOUR if played else None,
        other_side_seconds=_other_side_seconds(played) if demo else None,
        engine=None if demo else _process_engine,
    )
    return DeskSession(
        settings=shown,
        save_settings=_saver(places.settings, stored=settings, shown=shown, complaint=complaint),
        open_desk=lambda prepare, form: open_desk(plan, prepare=prepare, form=form),
        sign_in=None if demo else partial(_sign_in_offer, plan),
        form=_sign_in_form(plan, password) if plan.server and password else None,
        layout=places.layout,
        complaint=complaint,
        after_paint=lambda: _open_log(places.log),
        door=places.settings,
        link=link,
    )


def _handed_over(link: str, places: Places) -> bool:
    """Return whether a desk that runs on ``places`` has taken ``link``."""
    from ui.link_door import door_name, hand_over

    return hand_over(door_name(places.settings), link)


def _name(demo: bool) -> str:
    """Return the name of the desk's own folders: the demo touches nobody's records."""
    return "agent-desk-demo" if demo else APP_NAME


def _other_side_seconds(played: bool) -> float:
    return PLAYED_OTHER_SIDE_SECONDS if played else OTHER_SIDE_SECONDS


def _open_log(path: Path) -> None:
    # Imported after the first paint.
    from agent_desk.bootstrap.log_file import configure_logging

    configure_logging(path)


def _sign_in_form(plan: DeskPlan, password: str) -> SignInForm:
    from agent_desk.domain.sign_in import SignInForm

    return SignInForm(server=plan.server, login=plan.settings.login, password=password)


def _sign_in_offer(plan: DeskPlan) -> SignInOffer | None:
    """Return what signing in begins with; None for a file in which nobody was added."""
    from agent_desk.domain.sign_in import SignInForm, SignInOffer
    from db.credentials import KeyringCredentials
    from db.sign_in_probe import asks_who_sits_here

    if not plan.server and not asks_who_sits_here(plan.database):
        return None
    credentials = KeyringCredentials()
    place, login = plan.server or str(plan.database), plan.settings.login
    kept = bool(login) and credentials.get(place, login) is not None
    return SignInOffer(
        form=SignInForm(server=place, login=login, remember=kept),
        kept=kept,
        can_remember=credentials.available,
    )


def _saver(
    path: Path, *, stored: Settings, shown: Settings, complaint: ConfigurationError | None
) -> Callable[[Settings], None]:
    """Return what saves a person's changes, and nothing that was only said on the command line.

    A file that was refused is kept beside the new one: its other lines are still worth having.
    """

    def save(changed: Settings) -> None:
        if complaint is not None:
            _keep_refused(path)
        speed = stored.speed if changed.speed == shown.speed else changed.speed
        save_settings(path, dataclasses.replace(changed, speed=speed))

    return save


def _keep_refused(path: Path) -> None:
    kept = path.with_name(f"{path.name}.refused")
    if kept.exists() or not path.exists():
        return
    try:
        kept.write_bytes(path.read_bytes())
    except OSError as error:
        accepted = f"a place that can be written ({error.strerror})"
        raise ConfigurationError(
            file=path.name, field="file", value=str(kept), accepted=accepted
        ) from error


def _settings_or_defaults(path: Path) -> tuple[Settings, ConfigurationError | None]:
    """Return the settings; the defaults and the complaint when the file has a mistake."""
    try:
        return load_settings(path), None
    except ConfigurationError as error:
        _log.warning("%s", error)
        return Settings(), error


def _process_engine() -> MediaEngine:
    """Return the engine of a desk with a line; the first paint does not wait for its imports."""
    from agent_desk.bootstrap.media_process import process_engine

    return process_engine()
