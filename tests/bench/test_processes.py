"""What processes compute and hold is read from the system."""

import subprocess
import sys

from tests.bench.processes import Memory, computed, family

_CHILD = "import time\nwhile time.process_time() < 0.2: pass"
_MOTHER = f"import subprocess as s, sys; s.run([sys.executable, '-c', {_CHILD!r}]); print(flush=True); sys.stdin.read()"


def test_what_ended_children_computed_counts():
    command = [sys.executable, "-c", _MOTHER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        assert computed(family(process.pid)) >= 0.2


def test_peak_can_begin_anew():
    command = [sys.executable, "-c", "import sys; x = b'x' * 50_000_000; del x; print(flush=True); sys.stdin.read()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        memory = Memory(process.pid, "/nowhere")
        assert memory.peak() > 50
        memory.forget()
        assert 0 < memory.peak() < 50
