"""Whatever a page needs is imported by the launcher, before the collector is frozen and the first visitor waits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from augviz.ui.page_table import ROOT

VISIT_EVERY_PAGE = """
import json, sys
from streamlit.testing.v1 import AppTest
import app
from augviz.ui.page_table import PAGES, ROOT

before = {name.split(".")[0] for name in sys.modules}
visit = AppTest.from_file(str(ROOT / "augviz" / "ui" / "router.py"), default_timeout=120).run()
for row in PAGES:
    visit = visit.switch_page(str(row.path)).run()
    assert not visit.exception, (row.file, visit.exception)
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules} - before - sys.stdlib_module_names)))
"""


def test_no_page_brings_a_library_of_its_own(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", VISIT_EVERY_PAGE],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "AUGVIZ_DATA_DIR": str(tmp_path)},  # no review yet: then nobody waits for a database
    )
    assert run.returncode == 0, run.stderr
    late = {name for name in json.loads(run.stdout.splitlines()[-1]) if not name.startswith("_")}
    assert late == set()


def test_nobody_waits_for_the_database_before_there_is_a_review() -> None:
    script = "import sys, app; print(sorted({'sqlalchemy', 'alembic', 'augviz.review'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == "[]"
