"""What an import takes does not grow with each thing that it writes (performance.md, "Imports")."""

import json
import shutil
from pathlib import Path

from activities.document.apart import MOST_SECONDS
from tests.activities.importing.importing import rows, written
from tests.poi_api.processes import python
from tests.searching import examples
from tests.service_process import first_run

ROWS = examples(10_000)
_PROGRAM = 94  # megabytes that the import has before it writes anything

# The import and the process that reads its document both write down what they took
_MEASURING = """
import json, os, resource

def measure(name):
    used = resource.getrusage(resource.RUSAGE_SELF)
    # What it took since it began: ru_maxrss has what the process that started it takes too
    peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
    with open(os.path.join(os.environ["MEASURED"], name), "w") as file:
        json.dump({"seconds": used.ru_utime + used.ru_stime, "megabytes": peak / 1000}, file)
"""
_READER = """
import activities.document.apart as apart, measuring
apart.main()
measuring.measure("reading")
"""
_IMPORT = """
import django, sys
django.setup()
import measuring
from django.core.management import call_command
from activities.models import Activity
from activities.services.importing import reading
reading._APART = "measured_reader"
call_command("import_poi", sys.argv[1], "--institution", "OTRA", "--institution-name", "OTRA")
measuring.measure("importing")
print(Activity.objects.filter(plan__institution__code="OTRA").count())
"""


def test_ten_thousand_rows_take_less_than_200_megabytes_and_to_read_them_a_minute_and_300(tmp_path: Path) -> None:
    """Of an import a third is the program itself; with an object for each figure it was 300. Fewer rows take less."""
    share = ROWS / 10_000
    data = tmp_path / "data"
    shutil.copytree(first_run(), data)
    file = written(tmp_path, rows(ROWS))
    (tmp_path / "measuring.py").write_text(_MEASURING)
    (tmp_path / "measured_reader.py").write_text(_READER)
    where = {"PYTHONPATH": str(tmp_path), "MEASURED": str(tmp_path), "DJANGO_SETTINGS_MODULE": "poi_api.settings"}
    with python("-c", _IMPORT, str(file), data_dir=data, **where) as process:
        said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said
    assert said.splitlines()[-1] == str(ROWS)
    importing, reading = (json.loads((tmp_path / name).read_text()) for name in ("importing", "reading"))
    assert importing["megabytes"] < _PROGRAM + (200 - _PROGRAM) * share
    assert reading["megabytes"] < 300 * share
    assert reading["seconds"] < MOST_SECONDS * share
