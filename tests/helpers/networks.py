"""Machines as Linux tells them apart: network namespaces with two lines each, one to the store, one to the provider."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)


class Networks:
    """So many machines behind two switches, `store` and `provider`: the addresses of this machine on each.

    >>> Networks(4).names[0].startswith("wb")  # doctest: +SKIP
    True
    """

    def __init__(self, machines: int) -> None:
        if os.geteuid() or not shutil.which("ip"):
            pytest.skip("network namespaces take root and ip (Debian: apt-get install iproute2)")
        mark = f"wb{os.getpid() % 10_000:04d}"
        self.names = [f"{mark}n{number}" for number in range(machines)]
        self._switches = [f"{mark}s", f"{mark}p"]
        third = 16 + os.getpid() % 100 * 2
        self.store, self.provider = (f"10.231.{third + place}.1" for place in range(2))
        self._lines: dict[tuple[int, int], str] = {}
        try:
            self._build(mark, third)
        except subprocess.CalledProcessError as error:
            self.close()
            pytest.skip(f"no network namespaces here: {error.stderr.strip()}")

    def _build(self, mark: str, third: int) -> None:
        for place, switch in enumerate(self._switches):
            _ip("link", "add", switch, "type", "bridge")
            _ip("addr", "add", f"10.231.{third + place}.1/24", "dev", switch)
            _ip("link", "set", switch, "up")
        for number, name in enumerate(self.names):
            _ip("netns", "add", name)
            _ip("-n", name, "link", "set", "lo", "up")
            for place, switch in enumerate(self._switches):
                here, there = f"{mark}{number}h{place}", f"eth{place}"
                _ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", name)
                _ip("link", "set", here, "master", switch)
                _ip("link", "set", here, "up")
                _ip("-n", name, "addr", "add", f"10.231.{third + place}.{number + 2}/24", "dev", there)
                _ip("-n", name, "link", "set", there, "up")
                self._lines[number, place] = here

    def cut_from_store(self, machine: int) -> None:
        """Nothing more arrives at either end, and neither is told."""
        _ip("link", "set", self._lines[machine, 0], "down")

    def join(self, machine: int) -> None:
        _ip("link", "set", self._lines[machine, 0], "up")

    def close(self) -> None:
        for name in self.names:
            subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)
        for switch in self._switches:
            subprocess.run(["ip", "link", "delete", switch], capture_output=True, check=False)
