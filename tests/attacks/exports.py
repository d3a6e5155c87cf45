"""Exports of a country: how soon they come, what they hold meanwhile, and what a hundred stalled readers can do.

`python -m tests.attacks.exports [--data DIR]`: fills a database with 250,200 activity-years (3 million lines), serves
it as `make run` does, and says line by line what was measured and what must hold. Ends with 1 if something does not.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.attacks.directories import until_the_end

INSTITUTIONS = 278


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", help="a directory where the database stays, to be used again")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="poi-exports-files-") as files:
        os.environ |= {
            "POI_DATA_DIR": str(Path(options.data or until_the_end()).resolve()),
            "DJANGO_SETTINGS_MODULE": "poi_api.settings",
            "EXPORT_DIR": files,
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
