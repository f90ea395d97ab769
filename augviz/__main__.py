"""``python -m augviz …`` is ``augviz …``."""

import sys

from augviz.cli import main

sys.exit(main())
