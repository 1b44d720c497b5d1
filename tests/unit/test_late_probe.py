"""The probe of lines that reads SIP when it is first asked."""

from __future__ import annotations

import subprocess
import sys

from agent_desk.bootstrap.late_probe import LateProbe
from agent_desk.domain.line_check import Finding, StepNote
from agent_desk.domain.sip_account import SipAccount, SipTransport

_ACCOUNT = SipAccount(
    user="201", domain="pbx.example", server="127.0.0.1:5060", transport=SipTransport.UDP
)


async def test_what_is_asked_goes_to_a_real_probe() -> None:
    probe = LateProbe()
    assert await probe.read_authority(_ACCOUNT) == Finding()
    assert await probe.find(_ACCOUNT) == Finding(detail="UDP 127.0.0.1:5060")
    assert (await probe.try_media(_ACCOUNT, "")).note is StepNote.NO_STUN


def test_nothing_of_sip_is_read_before() -> None:
    program = (
        "import sys; from agent_desk.bootstrap.late_probe import LateProbe; LateProbe(); "
        "print([name for name in sys.modules if name.startswith(('telephony', 'aioice'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
