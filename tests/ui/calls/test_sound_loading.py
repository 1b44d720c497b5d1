"""The sound system is loaded while other threads import; and what Qt says is heard again after."""

import logging
import subprocess
import sys

import pytest
from PySide6.QtCore import qWarning

from ui.application import create_application
from ui.quiet_loading import quiet_loading

ENOUGH_SECONDS = 60
RING_WHILE_A_THREAD_LOADS = """
import ctypes, threading
from ui.application import create_application
from ui.calls.ring_player import RingPlayer

application = create_application([])
is_ready = threading.Event()

def load_again_and_again():
    while not is_ready.is_set():
        ctypes.CDLL(None)  # as an import does: holds the interpreter, wants the loader

loading = threading.Thread(target=load_again_and_again)
loading.start()
RingPlayer().prepare()
is_ready.set()
loading.join()
print("ready")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no dlopen whose lock is held")
def test_the_sound_system_loads_while_another_thread_loads_a_library() -> None:
    done = subprocess.run(
        [sys.executable, "-c", RING_WHILE_A_THREAD_LOADS],
        capture_output=True,
        text=True,
        timeout=ENOUGH_SECONDS,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "ready\n"), done.stderr


def test_qt_is_heard_again_after_a_quiet_loading(
    qapp: object, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    create_application([])
    caplog.set_level(logging.INFO, "qt")
    with quiet_loading():
        qWarning("Couldn't be heard")
    qWarning("Couldn't be missed")
    assert [record.message for record in caplog.records] == ["Couldn't be missed"]
    assert capfd.readouterr().err == ""
