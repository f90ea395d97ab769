"""Reviews in a database; the only room that knows SQLAlchemy and Alembic (docs/decisions/0011-review-store.md).

:func:`open_store` gives a :class:`Store`: SQLite in the user's data folder, or what ``AUGVIZ_DATABASE_URL`` names.
"""

from augviz.review.store.files import PictureFiles
from augviz.review.store.opening import open_store
from augviz.review.store.reviews import Listed, Store

__all__ = ["Listed", "PictureFiles", "Store", "open_store"]
