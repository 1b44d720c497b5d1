"""A sound server of the tests' own: no device of the machine, no other server; any thread."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.servers.server_programs import kill

PATIENCE_SECONDS = 20.0
"""Longest wait for the server, or for one change of it."""


class SoundServerMissingError(Exception):
    """This machine has no PulseAudio; the text names the packages."""


class PulseServer:
    """A PulseAudio below a folder of its own, with devices that tests plug in and pull out."""

    def __init__(self) -> None:
        """Nothing runs yet; raises SoundServerMissingError where it is not installed."""
        if shutil.which("pulseaudio") is None or shutil.which("pactl") is None:
            raise SoundServerMissingError("install the packages pulseaudio and pulseaudio-utils")
        self._folder = Path(tempfile.mkdtemp(prefix="agent-desk-pulse-"))

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to find this server and no other."""
        home = str(self._folder)
        return {
            **os.environ,
            "HOME": home,
            "XDG_RUNTIME_DIR": home,
            "PULSE_RUNTIME_PATH": home,
            "PULSE_SERVER": f"unix:{self._folder / 'native'}",
            "QT_QPA_PLATFORM": "offscreen",
            "LC_ALL": "C.UTF-8",
        }

    def start(self) -> None:
        """Start without any device, and return when it answers."""
        arguments = ["--system=false", "--daemonize=yes", "--exit-idle-time=-1", "-n"]
        arguments += ["--disallow-exit=yes", "--log-target=null", "--log-level=error"]
        socket = f"module-native-protocol-unix socket={self._folder / 'native'} auth-anonymous=1"
        # It goes into the background when it is ready, and not before.
        self._run(["pulseaudio", *arguments, "-L", socket])

    def remove(self) -> None:
        """End the server and take its folder away."""
        number = self._folder / "pid"
        if number.exists():
            kill(int(number.read_text()))
        shutil.rmtree(self._folder, ignore_errors=True)

    def plug(self, name: str) -> None:
        """Plug in a headset: what its speaker plays, its microphone hears."""
        described = f"device.description={name}"
        self.load("module-null-sink", f"sink_name={name}", f"sink_properties={described}")
        self.plug_microphone(name)

    def plug_microphone(self, name: str) -> None:
        """Plug in the microphone of headset ``name``, whose speaker is there."""
        self.load(
            "module-remap-source",
            f"source_name={name}_mic",
            f"master={name}.monitor",
            f"source_properties=device.description={name}_mic",
        )

    def pull(self, name: str) -> None:
        """Pull out headset ``name``."""
        self.pull_microphone(name)
        self._unload(f"sink_name={name} ")

    def pull_microphone(self, name: str) -> None:
        """Pull out the microphone of headset ``name`` alone."""
        self._unload(f"source_name={name}_mic ")

    def pull_all(self) -> None:
        """Pull out every device."""
        for module in ("module-remap-source", "module-null-sink"):
            self._unload(module)

    def load(self, *module: str) -> None:
        """Load a module."""
        self.control("load-module", *module)

    def control(self, *command: str) -> str:
        """Run ``pactl``; return what it says."""
        return self._run(["pactl", *command])

    def _run(self, command: list[str]) -> str:
        done = subprocess.run(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=True,
        )
        return done.stdout

    def _unload(self, mark: str) -> None:
        for line in self.control("list", "short", "modules").splitlines():
            if mark in f"{line} ".replace("\t", " "):
                self.control("unload-module", line.split()[0])
