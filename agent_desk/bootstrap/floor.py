"""Composition of a floor on this machine: a PostgreSQL of its own, and three desks on it.

With a display the desks are three programs, each with a window. Without one they are three
sessions of this process, offscreen, which play a short story. Passwords are made anew at each
start and reach the desks over a pipe or in memory, never through a file or an argument.
"""

from __future__ import annotations

import dataclasses
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType, MappingProxyType
from typing import TYPE_CHECKING, NoReturn

from agent_desk.bootstrap.database import open_people, upgrade_database
from agent_desk.bootstrap.desk import make_session
from agent_desk.bootstrap.own_program import own_program
from agent_desk.bootstrap.records import make_demo_data
from agent_desk.bootstrap.server import DatabaseTarget
from agent_desk.domain.errors import AgentDeskError, MissingProgramError
from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.rights import Role
from agent_desk.settings import Settings, load_settings, save_settings, usual_places

if TYPE_CHECKING:
    from db.local_cluster import LocalCluster
    from ui.session import DeskSession

FLOOR_NAME = "agent-desk-floor"
ROOTS_FOLDER = Path("/var/lib") / FLOOR_NAME
"""For root, whose own folders the server's account may not enter."""

DATABASE = "agent_desk"
FLOOR_CUSTOMERS = 1000
FLOOR_SEED = 20
FLOOR_PICTURES = Path("build/floor")
STORY_SCENARIO = "floor"
EXIT_ERROR = 2
STOP_SECONDS = 15.0
"""Longest wait for a desk to end before it is killed; its journal keeps what is unsaved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorSeat:
    """Who sits at one of the desks. department: English name, "" for none. desk: its name."""

    login: str
    name: str
    role: Role
    department: str = ""
    desk: str = ""

    @property
    def folder(self) -> str:
        """The name of the folder with the desk's own files."""
        return self.desk or self.role.lower()


AGENT = FloorSeat(login="li.ming", name="Li Ming 李明", role=Role.AGENT)
SUPERVISOR = FloorSeat(login="zhao.hua", name="Zhao Hua 赵华", role=Role.SUPERVISOR)
DEPARTMENT = FloorSeat(
    login="chen.jie", name="Chen Jie 陈洁", role=Role.DEPARTMENT, department="Field service"
)
SEATS: Sequence[FloorSeat] = (AGENT, SUPERVISOR, DEPARTMENT)
"""Who sits at the floor's desks."""

LOOP_SEATS: Mapping[str, FloorSeat] = MappingProxyType(
    {
        "agent": AGENT,
        "dispatcher": FloorSeat(login="zhou.min", name="Zhou Min 周敏", role=Role.DISPATCHER),
        # Whose orders nobody else takes when they decline: the dispatcher has to find somebody.
        "department": FloorSeat(
            login="qian.lei",
            name="Qian Lei 钱磊",
            role=Role.DEPARTMENT,
            department="Network operations",
            desk="network",
        ),
        "reviewer": FloorSeat(
            login="sun.mei", name="Sun Mei 孙梅", role=Role.SUPERVISOR, desk="reviewer"
        ),
        "supervisor": SUPERVISOR,
    }
)
"""Who sits at the desks of a floor on which an order goes all the way round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFloor:
    """A running floor. address: as a desk's settings have it. passwords: by login."""

    folder: Path
    address: str
    seats: Sequence[FloorSeat]
    passwords: Mapping[str, str] = field(repr=False)

    def base(self, seat: FloorSeat) -> Path:
        """Return the folder with the files of the desk at ``seat``."""
        return self.folder / seat.folder


def run_floor(*, base: Path | None, pictures: Path | None, whole_loop: bool = False) -> int:
    """Open the floor until its desks end; return the process's exit code.

    whole_loop: five desks instead of three, on which an order goes all the way round.
    """
    from ui.platform import choose_platform

    has_display = choose_platform()
    seats = tuple(LOOP_SEATS.values()) if whole_loop else SEATS
    try:
        with _ended_by_signals(), open_floor(_floor_folder(base), seats) as floor:
            if has_display:
                return _show_desks(floor)
            play = _play_loop if whole_loop else _play_story
            return play(floor, pictures or FLOOR_PICTURES)
    except AgentDeskError as error:
        _say(f"agent-desk floor: {error}", error=True)
        if isinstance(error, MissingProgramError):
            package = error.details["package"]
            _say(f"    sudo apt-get install --no-install-recommends {package}", error=True)
        return EXIT_ERROR
    except KeyboardInterrupt:
        return 0


@contextmanager
def open_floor(folder: Path, seats: Sequence[FloorSeat] = SEATS) -> Iterator[OpenFloor]:
    """Yield the floor in ``folder``, made when there is none; its server ends with the block.

    Raises MissingProgramError without PostgreSQL's server, InputError, and StorageError.
    """
    from db.local_cluster import LocalCluster

    cluster = LocalCluster(folder=folder / "cluster")
    cluster.start()
    try:
        _say(f"PostgreSQL on 127.0.0.1:{cluster.port}, process {cluster.pid}, in {folder}")
        yield _prepared(folder, cluster, seats)
    finally:
        cluster.stop()
        _say("PostgreSQL has stopped; what was done is there again at the next start")


def _prepared(folder: Path, cluster: LocalCluster, seats: Sequence[FloorSeat]) -> OpenFloor:
    """Return the floor of ``cluster`` with its tables, customers and people."""
    owned = cluster.database(DATABASE)
    target = DatabaseTarget(place=owned.url, password=owned.password)
    upgrade_database(target)
    _fill(target)
    passwords = _give_passwords(target, seats)
    for seat in seats:
        _say(f"  {seat.name}, {seat.login}: {seat.department or seat.role.lower()}")
    address = f"postgresql://127.0.0.1:{cluster.port}/{DATABASE}"
    return OpenFloor(folder=folder, address=address, seats=tuple(seats), passwords=passwords)


def _fill(target: DatabaseTarget) -> None:
    """Make up customers for a floor that has none."""
    from db.demo_data.callers import server_callers

    if server_callers(target.url, password=target.password, limit=1):
        return
    _say(f"making up {FLOOR_CUSTOMERS:,} customers with their history")
    make_demo_data(
        target,
        customers=FLOOR_CUSTOMERS,
        seed=FLOOR_SEED,
        region=Settings().region,
        now=datetime.now(UTC),
        agent=AgentId(AGENT.login),
    )


def _give_passwords(target: DatabaseTarget, seats: Sequence[FloorSeat]) -> Mapping[str, str]:
    """Give each person a new password, and who is not there yet an account; return them."""
    passwords = {seat.login: secrets.token_urlsafe(12) for seat in seats}
    with open_people(target) as people:
        known = {person.login for person in people.all()}
        for seat in seats:
            password = passwords[seat.login]
            if seat.login in known:
                people.change_password(seat.login, password)
            else:
                people.add(
                    seat.login,
                    name=seat.name,
                    roles=[seat.role],
                    department=seat.department,
                    password=password,
                )
    return passwords


def _write_settings(floor: OpenFloor, seat: FloorSeat, *, scenario: str) -> Path:
    """Point the desk at ``seat`` to the floor and return its folder; what is set there stays."""
    base = floor.base(seat)
    path = usual_places(base=base).settings
    named = dataclasses.replace(
        load_settings(path),
        database=floor.address,
        login=seat.login,
        agent_id=seat.login,
        agent_name=seat.name,
        scenario=scenario,
    )
    save_settings(path, named)
    return base


# Three windows


def _show_desks(floor: OpenFloor) -> int:
    """Run a desk for each seat until all are closed; return the worst exit code."""
    desks: list[subprocess.Popen[str]] = []
    try:
        for seat in floor.seats:
            base = _write_settings(floor, seat, scenario=Settings().scenario)
            desks.append(_started(base, floor.passwords[seat.login]))
        _say(f"{len(desks)} windows; the floor ends with the last of them, or with Ctrl+C here")
        return max(desk.wait() for desk in desks)
    finally:
        _end(desks)


def _started(base: Path, password: str) -> subprocess.Popen[str]:
    """Return a desk that has its password, and ends when this process is gone."""
    options = ("--password-stdin", "--end-with-stdin", "--base", str(base))
    desk = subprocess.Popen((*own_program(), *options), stdin=subprocess.PIPE, text=True)
    assert desk.stdin is not None
    # Left open: that the system closes it is how the desk learns of our death.
    desk.stdin.write(f"{password}\n")
    desk.stdin.flush()
    return desk


def _end(desks: Sequence[subprocess.Popen[str]]) -> None:
    """Let each desk that still runs write what is left, and end it."""
    for desk in desks:
        if desk.stdin is not None:
            desk.stdin.close()
    for desk in desks:
        try:
            desk.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            desk.kill()
            desk.wait()


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let SIGTERM end the block as Ctrl+C does, so that the server is stopped."""

    def interrupt(number: int, frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    former = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)


# A story without a display


def _play_story(floor: OpenFloor, pictures: Path) -> int:
    """Let three desks play a call and its work order; return the exit code."""
    from ui.demo_floor import FloorStory

    agent, supervisor, department = (_session(floor, seat) for seat in SEATS)
    story = FloorStory(
        agent=agent,
        supervisor=supervisor,
        department=department,
        pictures=pictures,
        tell=_say,
    )
    return story.run()


def _play_loop(floor: OpenFloor, pictures: Path) -> int:
    """Let five desks play a work order all the way round; return the exit code."""
    from ui.demo_loop import LoopStory

    sessions = {name: _session(floor, seat) for name, seat in LOOP_SEATS.items()}
    return LoopStory(sessions=sessions, pictures=pictures, tell=_say).run()


def _session(floor: OpenFloor, seat: FloorSeat) -> DeskSession:
    """Return a desk of this process."""
    base = _write_settings(floor, seat, scenario=STORY_SCENARIO)
    # As wide as the window begins, not as it was closed: the pictures are to be the same.
    usual_places(base=base).layout.unlink(missing_ok=True)
    return make_session(demo=False, base=base, password=floor.passwords[seat.login])


def _floor_folder(base: Path | None) -> Path:
    """Return where the floor's files are."""
    if base is not None:
        return base.absolute()
    if sys.platform != "win32" and os.geteuid() == 0:
        return ROOTS_FOLDER
    import platformdirs

    return Path(platformdirs.user_data_dir(FLOOR_NAME, appauthor=False))


def _say(text: str, *, error: bool = False) -> None:
    print(text, file=sys.stderr if error else sys.stdout, flush=True)
