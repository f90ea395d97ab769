"""Every older form of the database becomes the one that the models describe, and keeps what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from augviz.errors import InputError
from augviz.review.judgement import Judgement
from augviz.review.store import open_store
from augviz.review.store.opening import _address, _engine, bring_to_form
from augviz.review.store.schema import Table
from tests.unit.database_case import opened

pytestmark = pytest.mark.xdist_group("databases")


def revisions() -> list[str]:
    """Numbers of all steps, the first one first."""
    config = Config()
    config.set_main_option("script_location", "augviz.review.store:migrations")
    return [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()][::-1]


@pytest.fixture
def url(database_url: str) -> str:
    return database_url


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = _engine(_address(url))
    yield engine
    engine.dispose()


def differences(engine: Engine) -> list[object]:
    """What the database has and the models have not, or the other way round."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Table.metadata))


def test_an_empty_database_gets_the_form_of_the_models(engine: Engine) -> None:
    assert differences(engine)
    bring_to_form(engine)
    assert differences(engine) == []
    bring_to_form(engine)
    assert differences(engine) == []


REVIEW_0001 = """
INSERT INTO reviews VALUES
    ('a-review', 'Old', '', 'd', '2026-01-01 00:00:00+00:00', 7, 1, '{"title": "Old"}', 'yaml', 'null', '[]');
INSERT INTO pictures VALUES ('p', 1, 1, 1);
INSERT INTO items VALUES ('a-review', 0, 'draw', 'k', 5, NULL, 'cat.png', 'k', 'p', 'p',
    '{"label": "cat", "classes": ["cat"], "objects_after": "{}", "objects_before": "{}", "steps": [], "blamed": []}');
INSERT INTO reviewers VALUES (1, 'a-review', 'i', 'Anna', '', 3, '2026-01-01 00:00:00+00:00');
INSERT INTO verdicts VALUES
    (1, 'a-review', 1, 0, 'same', '', 'an old note', NULL, '', 2.5, '2026-01-01 00:00:00+00:00');
INSERT INTO first_labels VALUES (1, 'a-review', 1, 0, 'cat', '2026-01-01 00:00:00+00:00')
"""
"""As the first version wrote it; never changed."""


@pytest.mark.parametrize("older", revisions())
def test_an_older_database_gets_the_form_of_the_models_and_keeps_what_it_holds(
    engine: Engine, url: str, tmp_path: Path, older: str
) -> None:
    bring_to_form(engine, older)
    with engine.begin() as connection:
        for words in REVIEW_0001.split(";\n"):
            connection.exec_driver_sql(words)
    with opened(url, tmp_path) as store:
        assert differences(engine) == []
        old, log = store.review("a-review"), store.log("a-review")
    assert (old.setting.title, old.items[0].label, log.reviewers[0].name) == ("Old", "cat", "Anna")
    assert [row.judgement for row in log.verdicts] == [Judgement("same", note="an old note", seconds=2.5)]


def test_a_migration_that_fails_leaves_the_database_as_it_was(engine: Engine, url: str, tmp_path: Path) -> None:
    bring_to_form(engine, "0001")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE overrulings (stranger INTEGER)")  # the second step stumbles over it
    before = sorted(inspect(engine).get_table_names())
    with pytest.raises(InputError, match=r"cannot be opened \([^{]*overrulings\W* already exists"):
        open_store(url, tmp_path)
    assert sorted(inspect(engine).get_table_names()) == before


def test_a_newer_database_is_left_alone(engine: Engine, url: str, tmp_path: Path) -> None:
    bring_to_form(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(InputError, match="newer augviz"):
        open_store(url, tmp_path)
