"""A telephone put together; built in any thread, runs on the `desk-loop` thread."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from agent_desk.domain.sip_account import SipAccount
from telephony.desk.agent import DeskAgent
from telephony.desk.event_feed import EventFeed
from telephony.desk.timers import Timers
from telephony.network.network import SipNetwork
from telephony.network.ticker import Ticker
from telephony.phone.account import media_policy, media_wish
from telephony.phone.admission import Admission
from telephony.phone.call_book import CallBook
from telephony.phone.call_news import CallNewsReader
from telephony.phone.dial_plan import DialPlan
from telephony.phone.errands import Errands
from telephony.phone.headset import Headset
from telephony.phone.leg import Leg
from telephony.phone.line import Line
from telephony.phone.media import SipMedia
from telephony.phone.queue_counts import QueueCounts
from telephony.phone.recording_folder import RecordingFolder
from telephony.phone.registration_watch import RegistrationWatch
from telephony.phone.station import Station
from telephony.phone.succession import Succession
from telephony.phone.switch import SipSwitch
from telephony.phone.switchboard import Switchboard
from telephony.phone.telephone import Telephone
from telephony.phone.timers import LoopTimers
from telephony.sip.values.host import bare
from telephony.webrtc.codecs.catalogue import available_codecs
from telephony.webrtc.engine import MediaEngine, MediaWish
from telephony.webrtc.tones.national import tone_plan


@dataclass(frozen=True, slots=True, kw_only=True)
class PhonePlan:
    """What a telephone is for.

    passwords: of the account and of its TURN server, never shown. region: ISO 3166-1, in which
    numbers are read, and whose tones are heard. wrap_up_seconds: of after-call work, 0 for none.
    instance: see `Line`.
    """

    account: SipAccount
    region: str
    recordings: RecordingFolder
    password: str = field(default="", repr=False)
    turn_password: str = field(default="", repr=False)
    wrap_up_seconds: float = 60.0
    instance: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """The three ports of one telephone."""

    switch: SipSwitch
    media: SipMedia
    line: Station


def build_phone(
    plan: PhonePlan,
    *,
    network: SipNetwork,
    engine: MediaEngine,
    now: Callable[[], datetime],
    timers: Timers | None = None,
    ticker: Ticker | None = None,
    random_bytes: Callable[[int], bytes] = os.urandom,
) -> Phone:
    """Return a telephone that is not started. now: aware UTC, of the events."""
    account = plan.account
    timers = timers or LoopTimers()
    feed, errands = EventFeed(), Errands()
    line = Line(
        account=account,
        password=plan.password,
        network=network,
        policy=media_policy(account, available_codecs()),
        random_bytes=random_bytes,
        ticker=ticker,
        instance=plan.instance,
    )

    def wish() -> MediaWish:
        address = bare(line.agent.account.contact.host)
        return media_wish(account, address=address, turn_password=plan.turn_password)

    def on_trouble(leg: Leg, why: str) -> None:
        if leg.facts is not None:
            media.path_lost(leg.known.call_id)

    board = Switchboard(
        account=account,
        line=line,
        book=CallBook(feed),
        headset=Headset(engine, wish=wish, tones=tone_plan(plan.region), on_trouble=on_trouble),
        agent=DeskAgent(timers=timers, now=now, feed=feed, wrap_up_seconds=plan.wrap_up_seconds),
        now=now,
    )
    media = SipMedia(board=board, engine=engine, recordings=plan.recordings, errands=errands)
    dial_plan = DialPlan(account, region=plan.region)
    succession = Succession(board=board, plan=dial_plan, errands=errands)
    station = Station(
        board=board,
        reader=CallNewsReader(board=board, succession=succession, timers=timers),
        registration=RegistrationWatch(account=account.address, now=now),
        admission=Admission(board),
        engine=engine,
        errands=errands,
    )
    queues = QueueCounts(account.queues, now=now)
    feed.subscribe(queues.take)
    feed.subscribe(media.follow)
    switch = SipSwitch(
        station=station,
        board=board,
        telephone=Telephone(board=board, plan=dial_plan, engine=engine),
        plan=dial_plan,
        queues=queues,
        feed=feed,
    )
    return Phone(switch=switch, media=media, line=station)
