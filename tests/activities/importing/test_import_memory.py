"""What an import takes does not grow with each thing that it writes (performance.md, "Imports")."""

import shutil
from pathlib import Path

from tests.activities.importing.importing import rows, written
from tests.poi_api.processes import python
from tests.service_process import first_run

_MEASURED = """
import django, sys
django.setup()
from django.core.management import call_command
call_command("import_poi", sys.argv[1], "--institution", "OTRA", "--institution-name", "OTRA")
print(next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1000)
"""


def test_ten_thousand_rows_take_less_than_200_megabytes(tmp_path: Path) -> None:
    """A third of it is the program itself; with an object for each figure it was 300."""
    data = tmp_path / "data"
    shutil.copytree(first_run(), data)
    file = written(tmp_path, rows(10_000))
    with python("-c", _MEASURED, str(file), data_dir=data, DJANGO_SETTINGS_MODULE="poi_api.settings") as process:
        said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said
    assert float(said.splitlines()[-1]) < 200
