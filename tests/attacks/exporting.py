"""The steps of `tests.attacks.exports`, against the service in processes of its own."""

import http.client
import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import chain, combinations
from pathlib import Path

from django.core.management import call_command
from django.db import connections

from tests.bench.data import YEAR, Size, fill
from tests.bench.processes import Memory
from tests.bench.servers import Server, product
from units.choices import Role
from units.models import Unit
from units.services.clients import create_client

_YEARS = f"from_year={YEAR - 2}&to_year={YEAR}"
_MONTHS = "/api/v1/exports/months/?"
_MOST_MEMORY = 150.0  # MB of any process
_FIRST_BYTE = 12.0  # seconds; on a machine that does nothing else
_STALLED = 100
_PART = 1 << 20


@dataclass(frozen=True, slots=True)
class Got:
    """An answer: its status, when its first byte came (seconds), the length it said and that it had."""

    status: int
    first: float
    said: int
    length: int
    lines: int
    headers: http.client.HTTPMessage


class Attack:
    """What is done to the service, and what did not hold."""

    def __init__(self, institutions: int) -> None:
        size = Size("3 million lines", institutions=institutions, history=False)
        call_command("migrate", verbosity=0)
        if not Unit.objects.exists():
            fill(size, rivals=False)
        self.lines = size.activity_years * 12
        self.key = create_client(name=f"attacker {time.time()}", role=Role.READER)[1]
        connections.close_all()
        self.faults = 0

    def run(self) -> int:
        """Do all of it, and return how much did not hold."""
        with product() as server:
            self.server = server
            self.memory = Memory(server.process, os.environ["POI_DATA_DIR"])
            for attack in (self.whole, self.at_once, self.stalled, self.filling):
                self.memory.forget()
                attack(server)
                peak = max(self.memory.peaks())
                self.say(f"  largest process {peak:.0f} MB", peak < _MOST_MEMORY)
                self.say("  no file is left", self.settled() == 0)
        return self.faults

    def say(self, what: str, holds: bool = True) -> None:
        self.faults += not holds
        print(what if holds else f"{what}   <-- DOES NOT HOLD", flush=True)

    def whole(self, server: Server) -> None:
        """One after the other, each read to its end."""
        for variant, further in (("csv", 1), ("jsonl", 0)):
            got = self.get(f"{_MONTHS}{_YEARS}&format={variant}")
            self.say(f"{variant}: {got.length / 1e6:.0f} MB, first byte {got.first:.1f} s", got.first < _FIRST_BYTE)
            self.say("  it is as long as it said", got.said == got.length)
            self.say(f"  {got.lines} lines", got.lines == self.lines + further)

    def at_once(self, server: Server) -> None:
        """Eight different ones at the same moment: two are made, the rest are refused without waiting."""
        asked = [f"{_MONTHS}{_YEARS}&measurement_unit=UM{n % 3 + 1}&mef_activity=M{n // 3 + 1}" for n in range(8)]
        with ThreadPoolExecutor(len(asked)) as pool:
            answers = list(pool.map(self.get, asked))
        refused = [got for got in answers if got.status == 503]
        self.say(f"at once: {dict(Counter(got.status for got in answers))}", 0 < len(refused) <= 6)
        self.say("  each says when to come back", all(got.headers["Retry-After"] for got in refused))
        slowest = max((got.first for got in refused), default=0.0)
        self.say(f"  the slowest refusal took {slowest:.2f} s")

    def stalled(self, server: Server) -> None:
        """A hundred ask for the same and do not read it."""
        path = f"{_MONTHS}year={YEAR}&format=csv"
        with ThreadPoolExecutor(_STALLED) as pool:
            links = list(pool.map(lambda _: self.begun(path), range(_STALLED)))
        taken = self.on_disk() / 1e6
        self.say(f"{len(links)} stalled readers of one file: {taken:.0f} MB on disk")
        waits = sorted(self.get("/healthz").first for _ in range(200))
        self.say(f"  /healthz meanwhile: {waits[100] * 1000:.0f} ms, {waits[197] * 1000:.0f} at the 99th percentile")
        self.say("  and it is below 250", waits[197] < 0.25)
        for link in links:
            link.close()

    def filling(self, server: Server) -> None:
        """Readers of ever other files stall, until one is refused because others have the disk."""
        links, most = [], 2 * int(os.environ["EXPORT_DISK_MB"]) * 1024**2
        for chosen in chain.from_iterable(combinations(range(1, 6), count) for count in (1, 2, 3, 4)):
            codes = "".join(f"&mef_activity=M{number}" for number in chosen)
            link = self.asked(f"{_MONTHS}{_YEARS}&format=jsonl{codes}")
            links.append(link)
            if link.getresponse().status != 200:
                break
        taken = self.on_disk()
        self.say(f"{len(links) - 1} stalled readers of different files: {taken / 1e6:.0f} MB on disk", taken <= most)
        self.say("  then the next was refused", len(links) < 30)
        for link in links:
            link.close()

    def get(self, path: str) -> Got:
        """Ask, and read to the end."""
        start = time.monotonic()
        with closing(self.asked(path)) as link, link.getresponse() as answer:
            first, length, lines = time.monotonic() - start, 0, 0
            while part := answer.read(_PART):
                length += len(part)
                lines += part.count(b"\n")
            said = int(answer.headers["Content-Length"])
            return Got(answer.status, first, said, length, lines, answer.headers)

    def begun(self, path: str) -> http.client.HTTPConnection:
        """Ask until it is answered with 200, and read no more than the head."""
        link = self.asked(path)
        while (answer := link.getresponse()).status == 503:
            link.close()
            time.sleep(int(answer.headers["Retry-After"]))
            link = self.asked(path)
        return link

    def asked(self, path: str) -> http.client.HTTPConnection:
        link = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=300)
        link.request("GET", path, headers={"Authorization": f"Api-Key {self.key}"})
        return link

    def on_disk(self) -> int:
        """Return the bytes of files without a name that the service's processes hold, in the directory of exports."""
        device = Path(os.environ["EXPORT_DIR"]).stat().st_dev
        size = 0
        for process in self.memory.processes:
            for entry in Path(f"/proc/{process}/fd").iterdir():
                with suppress(FileNotFoundError):  # it was closed meanwhile
                    file = entry.stat()
                    size += file.st_blocks * 512 if (file.st_nlink, file.st_dev) == (0, device) else 0
        return size

    def settled(self) -> int:
        """Return what is on disk when those that left were noticed."""
        deadline = time.monotonic() + 10
        while (size := self.on_disk()) and time.monotonic() < deadline:
            time.sleep(0.2)
        return size
