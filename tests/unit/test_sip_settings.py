"""The line in the settings file: every field read, written, and refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.errors import ConfigurationError
from agent_desk.domain.sip_account import CallerTrust, MediaProfile, SipAccount, SipTransport
from agent_desk.domain.sip_account_check import CODECS, mistakes_of, split_place
from agent_desk.settings import Settings, load_settings, save_settings, settings_from

HOSTS = st.sampled_from(["sip.example.com", "10.0.0.7", "[2001:db8::1]", "pbx", "a-b.c"])
PLACES = st.one_of(st.just(""), HOSTS, HOSTS.map(lambda host: f"{host}:5061"))
NAMES = st.text(min_size=1, max_size=20).filter(
    lambda text: text.isprintable() and text.strip() == text
)
HEADERS = st.sampled_from(["", "X-Queue", "Diversion", "X_Call.ID"])
USED = st.lists(NAMES, unique=True, max_size=3)


@st.composite
def accounts(draw: st.DrawFn) -> SipAccount:
    queues = {name: draw(NAMES) for name in draw(USED)}
    some = st.lists(st.sampled_from(sorted(queues)), unique=True) if queues else st.just([])
    return SipAccount(
        user=draw(st.sampled_from(["1017", "li.ming", "a+b", "*55#"])),
        domain=draw(HOSTS),
        display_name=draw(st.one_of(st.just(""), NAMES)),
        login=draw(st.one_of(st.just(""), NAMES)),
        server=draw(PLACES),
        transport=draw(st.sampled_from(SipTransport)),
        ca_file=draw(st.sampled_from(["", "/etc/ssl/house.pem", "C:\\ca.pem"])),
        verify_certificate=draw(st.booleans()),
        profiles=tuple(draw(st.lists(st.sampled_from(MediaProfile), unique=True, min_size=1))),
        codecs=tuple(draw(st.lists(st.sampled_from(CODECS), unique=True, min_size=1))),
        stun=draw(PLACES),
        turn=draw(PLACES),
        turn_user=draw(st.one_of(st.just(""), NAMES)),
        echo=draw(st.sampled_from(["", "600", "+8613800138000"])),
        media_ports=draw(st.sampled_from(["", "40000-40099", "1024 - 65535"])),
        trust=draw(st.sampled_from(CallerTrust)),
        queue_header=draw(HEADERS),
        reason_header=draw(HEADERS),
        call_id_header=draw(HEADERS),
        queues=queues,
        auto_answer=tuple(draw(some)),
        record=tuple(draw(some)),
        directory={name: draw(NAMES) for name in draw(USED)},
        session_seconds=draw(st.integers(90, 86_400)),
        lines=draw(st.integers(1, 8)),
        only_directory=draw(st.booleans()),
        follow_transfers=draw(st.booleans()),
        not_ready_status=draw(st.sampled_from([480, 486])),
        rings_signed_off=draw(st.booleans()),
    )


@given(account=accounts())
def test_a_saved_line_is_read_back_whole(
    account: SipAccount, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert mistakes_of(account) == {}
    path = tmp_path_factory.mktemp("settings") / "settings.toml"
    save_settings(path, Settings(sip=account))
    assert load_settings(path).sip == account


def test_a_desk_without_a_line_has_no_table_for_it(tmp_path: Path) -> None:
    save_settings(tmp_path / "settings.toml", Settings())
    assert "sip" not in (tmp_path / "settings.toml").read_text(encoding="utf-8")
    assert not load_settings(tmp_path / "settings.toml").sip.is_set


def test_no_field_of_an_account_is_a_password() -> None:
    assert [name for name in SipAccount.__dataclass_fields__ if "password" in name] == []


@pytest.mark.parametrize(
    ("line", "field", "accepted"),
    [
        ('usr = "1017"', "sip.usr", "did you mean 'user'?"),
        ('user = "1017@x"', "sip.user", "the part before the @"),
        ('domain = "x"', "sip.user", "the part before the @"),
        ('user = "1017"', "sip.domain", "a host name or an IP address"),
        ('user = "1"\ndomain = "sip:x"', "sip.domain", "a host name or an IP address"),
        ('user = "1"\ndomain = "10.0.0.256"', "sip.domain", "a host name or an IP address"),
        ('server = "x:99999"', "sip.server", "host or host:port"),
        ('server = "https://x/"', "sip.server", "a URL that begins with wss:// or ws://"),
        ('server = "wss://x/"\ntransport = "tls"', "sip.server", "WebSocket alone"),
        ('transport = "sctp"', "sip.transport", "one of auto, udp, tcp, tls, ws, wss"),
        ('profiles = ["sdess"]', "sip.profiles", "at least one of dtls-srtp-ice"),
        ("profiles = []", "sip.profiles", "at least one of dtls-srtp-ice"),
        ('codecs = ["opus", "opus"]', "sip.codecs", "at least one of opus, g722, pcma, pcmu"),
        ('echo = "sip:600"', "sip.echo", "an extension of 2 to 6 digits"),
        ('media_ports = "40000"', "sip.media_ports", "at least 20 ports"),
        ('media_ports = "40000-40018"', "sip.media_ports", "at least 20 ports"),
        ('media_ports = "80-40018"', "sip.media_ports", "at least 20 ports"),
        ('media_ports = "40000-70000"', "sip.media_ports", "at least 20 ports"),
        ('queue_header = "X Queue"', "sip.queue_header", "the name of one header"),
        ('queues = "sales"', "sip.queues", "a table [sip.queues]"),
        ("[sip.queues]\nsales = 7", "sip.queues.sales", "a text in quotes"),
        ('[sip.queues]\nsales = ""', "sip.queues", "each name once"),
        ('auto_answer = ["sales"]', "sip.auto_answer", "queues of the list above"),
        ("session_seconds = 30", "sip.session_seconds", "from 90 to 86400"),
        ("lines = 0", "sip.lines", "from 1 to 8"),
        ("not_ready_status = 404", "sip.not_ready_status", "480 or 486"),
        ('verify_certificate = "no"', "sip.verify_certificate", "true or false"),
    ],
)
def test_a_mistake_names_the_field_and_what_is_accepted(
    tmp_path: Path, line: str, field: str, accepted: str
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(f"[sip]\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        load_settings(path)
    assert refused.value.details["field"] == field
    assert accepted in refused.value.details["accepted"]


def test_a_line_that_is_no_table_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"a table \[sip\]"):
        settings_from({"sip": "1017@x"}, file="settings.toml")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("sip.example.com", ("sip.example.com", None)),
        ("sip.example.com:5070", ("sip.example.com", 5070)),
        ("10.1.2.3:5060", ("10.1.2.3", 5060)),
        ("[2001:db8::1]:5061", ("2001:db8::1", 5061)),
        ("2001:db8::1", ("2001:db8::1", None)),
        ("sip.example.com:", None),
        ("sip.example.com:0", None),
        ("two words", None),
        ("-bad.example", None),
        ("a..b", None),
        ("", None),
    ],
)
def test_a_place_is_host_and_perhaps_port(text: str, place: tuple[str, int | None] | None) -> None:
    assert split_place(text) == place
