"""Exports of a country: how soon they come, what they hold meanwhile, and what a hundred stalled readers can do.

`python -m tests.attacks.exports [--data DIR]`: fills a database with 250,200 activity-years (3 million lines), serves
it as `make run` does, and says line by line what was measured and what must hold. Ends with 1 if something does not.
"""

import argparse
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

INSTITUTIONS = 278


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", help="a directory where the database stays, to be used again")
    options = parser.parse_args()
    with ExitStack() as stack:
        data = options.data or stack.enter_context(tempfile.TemporaryDirectory(prefix="poi-exports-"))
        os.environ |= {
            "POI_DATA_DIR": str(Path(data).resolve()),
            "DJANGO_SETTINGS_MODULE": "poi_api.settings",
            "EXPORT_DIR": stack.enter_context(tempfile.TemporaryDirectory(prefix="poi-exports-files-")),
            "EXPORT_DISK_MB": "2000",
        }
        os.environ.pop("DATABASE_URL", None)

        import django

        django.setup()
        from tests.attacks.exporting import Attack

        faults = Attack(INSTITUTIONS).run()
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
