"""Where reviews are kept: looked up without opening anything."""

from __future__ import annotations

import os
from pathlib import Path

URL_VARIABLE = "AUGVIZ_DATABASE_URL"
FOLDER_VARIABLE = "AUGVIZ_DATA_DIR"
DATABASE_FILE, PICTURES_FOLDER = "reviews.sqlite3", "pictures"


def data_folder() -> Path:
    """Where augviz keeps what outlives it."""
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return Path(named).expanduser()
    from platformdirs import user_data_path  # noqa: PLC0415 - a page that only asks whether there are reviews is quick

    return user_data_path("augviz", appauthor=False)


def may_hold_reviews() -> bool:
    """Whether there may be reviews: a database was named, or one was made before. Nothing is opened for it."""
    return bool(os.environ.get(URL_VARIABLE)) or (data_folder() / DATABASE_FILE).exists()
