"""Serve the app as ``make run`` does, but let go of visitors in seconds where it would take minutes.

python -m benchmarks.hasty --server.port 8600
"""

from __future__ import annotations

import sys

from streamlit.web import cli

from augviz.ui import server, sessions, visits

if __name__ == "__main__":
    sessions.GRACE_S, visits.KEPT_S, server.SWEEP_S = 3.0, 4.0, 1.0
    sys.argv = ["streamlit", "run", "app.py", *sys.argv[1:]]
    cli.main()
