"""The store, on SQLite and PostgreSQL alike: what was confirmed is there, nothing is overwritten, text stays text."""

from __future__ import annotations

import datetime as dt
import errno
import gc
import os
import signal
import socket
import ssl
import stat
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, text

from augviz.errors import InputError
from augviz.review.judgement import Judgement, standing, standing_of
from augviz.review.overruling import Overruling
from augviz.review.queue import Queue, order
from augviz.review.review import Setting
from augviz.review.store import PictureFiles, Store, open_store, opening
from augviz.review.store.opening import _address, _for_pg8000
from augviz.review.store.schema import APPENDED
from tests.unit.database_case import begin, opened
from tests.unit.review_cases import HOSTILE, NOON, TURN, item, review

pytestmark = pytest.mark.xdist_group("databases")  # one PostgreSQL is enough

ITEMS = [item(place, turn=5.0 if place % 2 else None) for place in range(12)]
REVIEW = review(ITEMS)


@pytest.fixture
def url(database_url: str) -> str:
    return database_url


@pytest.fixture
def store(url: str, tmp_path: Path) -> Iterator[Store]:
    with opened(url, tmp_path) as store:
        store.add(REVIEW)
        yield store


# -- in and out --------------------------------------------------------------------------------------------------------


def test_a_review_comes_back_as_it_was(store: Store) -> None:
    assert store.review(REVIEW.id) == REVIEW
    (listed,) = store.reviews()
    assert (listed.id, listed.title, listed.items, listed.judged) == (REVIEW.id, "Street signs", 12, 0)
    assert listed.made_at == NOON


def test_what_was_said_is_there_for_whoever_opens_the_database_next(store: Store, url: str, tmp_path: Path) -> None:
    anna = store.join(REVIEW.id, "Anna")
    said = Judgement("changed", "mirrored", "the tail", 3, "Rotate-1", 4.5)
    store.label_first(REVIEW.id, anna.id, 2, "alley")
    told = store.judge(REVIEW.id, anna.id, 2, said)
    store.adjudicate(REVIEW.id, 2, "same", "Anna and Ben", "it was the light")
    with opened(url, tmp_path) as other:
        log = other.log(REVIEW.id)
    assert log.reviewers == (anna,)
    assert log.verdicts == (told,)
    assert told.judgement == said
    assert [row.label for row in log.first_labels] == ["alley"]
    assert [(row.answer, row.by, row.note) for row in log.adjudications] == [
        ("same", "Anna and Ben", "it was the light")
    ]


def test_a_change_and_a_take_back_are_new_rows(store: Store) -> None:
    anna = store.join(REVIEW.id, "Anna")
    store.judge(REVIEW.id, anna.id, 0, Judgement("same"))
    store.judge(REVIEW.id, anna.id, 1, Judgement("same"))
    store.judge(REVIEW.id, anna.id, 0, Judgement("changed"))
    taken = store.take_back(REVIEW.id, anna.id)
    assert taken is not None
    assert (taken.place, taken.judgement) == (0, None)
    log = store.log(REVIEW.id)
    assert [(row.place, row.judgement and row.judgement.answer) for row in log.verdicts] == [
        (0, "same"), (1, "same"), (0, "changed"), (0, None),
    ]  # fmt: skip
    assert set(standing(log.verdicts)) == {(anna.id, 1)}
    assert store.take_back(REVIEW.id, anna.id) is not None
    assert store.take_back(REVIEW.id, anna.id) is None


@pytest.mark.parametrize("table", APPENDED)
@pytest.mark.parametrize("words", ["UPDATE {} SET review_id = review_id", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_what_was_said(store: Store, table: str, words: str) -> None:
    anna = store.join(REVIEW.id, "Anna")
    store.judge(REVIEW.id, anna.id, 0, Judgement("same"))
    store.label_first(REVIEW.id, anna.id, 0, "street")
    store.adjudicate(REVIEW.id, 0, "same", "Anna")
    store.overrule(RULING)
    before = store.log(REVIEW.id)
    with pytest.raises(Exception, match="only added"), store._engine.begin() as connection:
        connection.execute(text(words.format(table)))
    assert store.log(REVIEW.id) == before


def test_the_verdict_on_one_picture_is_taken_back_once(store: Store) -> None:
    anna = store.join(REVIEW.id, "Anna")
    for place in (4, 7):
        store.judge(REVIEW.id, anna.id, place, Judgement("same"))
    assert store.take_back(REVIEW.id, anna.id, 4) is not None
    assert store.take_back(REVIEW.id, anna.id, 4) is None
    assert list(standing_of(store.log(REVIEW.id).verdicts, anna.id)) == [7]


def test_the_list_counts_verdicts_that_hold(store: Store) -> None:
    for name in ("Anna", "Ben"):
        who = store.join(REVIEW.id, name)
        for place in (1, 2, 2, 3):
            store.judge(REVIEW.id, who.id, place, Judgement("same"))
        store.take_back(REVIEW.id, who.id)
    (listed,) = store.reviews()
    assert (listed.reviewers, listed.judged) == (("Anna", "Ben"), 4)


def test_the_newest_review_is_listed_first(store: Store) -> None:
    for place, days in enumerate((2, -2, 1)):
        store.add(replace(REVIEW, id=f"review {place}", made_at=NOON + dt.timedelta(days=days)))
    assert [listed.id for listed in store.reviews()] == ["review 0", "review 2", REVIEW.id, "review 1"]


def test_pictures_of_a_review_that_was_never_added_are_forgotten(store: Store) -> None:
    shown = store.pictures.keep(b"shown", (1, 1))
    store.add(replace(review([replace(item(0), after=shown, before=shown)]), id="second"))
    lost = store.pictures.keep(b"lost", (1, 1))
    store.forget_pictures([shown.digest, lost.digest])
    assert store.pictures.read(shown.digest) == b"shown"
    with pytest.raises(InputError, match="missing"):
        store.pictures.read(lost.digest)


def test_the_same_name_goes_on_and_another_begins(store: Store) -> None:
    anna = store.join(REVIEW.id, "Anna  Weber ")
    assert store.join(REVIEW.id, " anna weber") == anna
    assert store.join(REVIEW.id, "Anna Weber", account="anna@clinic.example").id != anna.id
    signed_in = store.join(REVIEW.id, "A. Weber", account="anna@clinic.example")
    assert signed_in == store.join(REVIEW.id, "renamed", account="anna@clinic.example")
    assert store.join(REVIEW.id, "anna@clinic.example").id != signed_in.id  # whoever writes an account's name is not it
    assert store.join(REVIEW.id, "Ben").order_seed != anna.order_seed


def test_a_reviewer_goes_on_where_he_stopped_also_on_another_machine(store: Store, url: str, tmp_path: Path) -> None:
    anna = store.join(REVIEW.id, "Anna")
    shown = order(REVIEW.items, anna.order_seed)
    for place in shown[:5]:
        store.judge(REVIEW.id, anna.id, place, Judgement("same"))
    with opened(url, tmp_path) as other:
        again = other.join(REVIEW.id, "Anna")
        said = standing_of(other.log(REVIEW.id).verdicts, again.id)
        queue = Queue(order(other.review(REVIEW.id).items, again.order_seed), said)
    assert (queue.done, queue.next) == (5, shown[5])


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_stored_as_text(store: Store, hostile: str) -> None:
    kept = hostile.replace("\0", "\ufffd").replace("\ud83d", "\ufffd")
    setting = Setting(hostile, hostile, hostile)
    other = replace(review([item(0, name=kept)], setting=setting), id="hostile")
    store.add(other)
    who = store.join("hostile", hostile)
    store.label_first("hostile", who.id, 0, hostile)
    store.judge("hostile", who.id, 0, Judgement("changed", hostile, hostile, None, hostile))
    store.adjudicate("hostile", 0, "same", hostile, hostile)
    store.overrule(replace(RULING, review="hostile", project=kept, by=hostile, note=hostile))
    log, back = store.log("hostile"), store.review("hostile")
    assert (back.setting.title, back.setting.question, back.items[0].image_name) == (kept, kept, kept)
    assert who == log.reviewers[0]
    assert who.name == kept.strip()
    said = log.verdicts[0].judgement
    assert said is not None
    assert (said.reason, said.note, said.step_id) == (kept, kept, kept)
    assert (log.first_labels[0].label, log.adjudications[0].by, log.adjudications[0].note) == (kept, kept, kept)
    assert [(row.by, row.note) for row in store.overrulings(kept)] == [(kept, kept)]
    assert store.join("hostile", hostile) == who
    assert len(store.reviews()) == 2


RULING = Overruling(
    REVIEW.id, "streets", "X02", "0" * 32, "violating", "safe", "Dr Weber", NOON, 0, 61, "upright signs"
)


def test_an_experts_word_is_found_by_its_project(store: Store) -> None:
    first = store.overrule(RULING)
    second = store.overrule(replace(RULING, severity="caution"))
    assert store.overrulings("streets") == (first, second) == store.log(REVIEW.id).overrulings
    assert store.overrulings("other") == ()
    with pytest.raises(InputError, match="project"):
        store.overrule(replace(RULING, project=""))


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "\u200d\u202e", "\u2063 \u00ad"])
def test_a_name_that_nobody_sees_is_none(store: Store, name: str) -> None:
    with pytest.raises(InputError, match="a reviewer has a name"):
        store.join(REVIEW.id, name)


def test_what_is_not_there_is_said(store: Store) -> None:
    anna = store.join(REVIEW.id, "Anna")
    for work in (
        lambda: store.review("no-such-review"),
        lambda: store.log("\0"),
        lambda: store.join("no-such-review", "Anna"),
        lambda: store.join(REVIEW.id, "  "),
        lambda: store.judge(REVIEW.id, anna.id, 99, Judgement("same")),
        lambda: store.judge(REVIEW.id, anna.id + 1, 0, Judgement("same")),
        lambda: store.judge("no-such-review", anna.id, 0, Judgement("same")),
        lambda: store.label_first(REVIEW.id, anna.id, -1, "x"),
        lambda: store.adjudicate(REVIEW.id, 0, "maybe", "Anna"),  # type: ignore[arg-type]
        lambda: store.remove("no-such-review"),
    ):
        with pytest.raises(InputError):
            work()
    assert store.log(REVIEW.id).verdicts == ()


def test_a_review_is_removed_whole_and_others_stay(store: Store, tmp_path: Path) -> None:
    files = store.pictures
    own, shared = files.keep(b"own", (1, 1)), files.keep(b"shared", (1, 1))
    store.add(replace(review([replace(item(0), after=own, before=shared)]), id="first"))
    store.add(replace(review([replace(item(0), after=shared, before=shared)]), id="second"))
    anna = store.join("first", "Anna")
    store.label_first("first", anna.id, 0, "x")
    store.judge("first", anna.id, 0, Judgement("same"))
    store.adjudicate("first", 0, "same", "Anna")
    store.overrule(replace(RULING, review="first"))
    store.remove("first")
    assert {listed.id for listed in store.reviews()} == {"second", REVIEW.id}
    assert store.overrulings("streets") == ()
    assert files.read(shared.digest) == b"shared"
    with pytest.raises(InputError, match="missing"):
        files.read(own.digest)
    assert store.review(REVIEW.id) == REVIEW


# -- several at once ---------------------------------------------------------------------------------------------------

WRITER = """
import sys
from pathlib import Path
from augviz.review.judgement import Judgement
from augviz.review.store import open_store

url, folder, name, count = sys.argv[1:]
store = open_store(url, Path(folder))
who = store.join("a-review", name)
print("ready", flush=True)
sys.stdin.readline()
for turn in range(int(count)):
    told = store.judge("a-review", who.id, turn % 12, Judgement("same", note=str(turn)))
    print(told.id, turn, flush=True)
"""


def confirmed(lines: list[str]) -> dict[int, str]:
    """What a writer was told: number of the row, and its note."""
    return {int(row): note for row, note in (line.split() for line in lines if len(line.split()) == 2)}


def stored(store: Store) -> dict[int, str]:
    return {row.id: row.judgement.note for row in store.log(REVIEW.id).verdicts if row.judgement is not None}


def test_two_reviewers_at_once_lose_no_verdict(store: Store, url: str, tmp_path: Path) -> None:
    writers = [begin(WRITER, url, str(tmp_path), name, "60") for name in ("Anna", "Ben")]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    told: dict[int, str] = {}
    for writer in writers:  # both wait for this word, so they write at the same time
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        output, _errors = writer.communicate(timeout=120)
        assert writer.returncode == 0
        told |= confirmed(output.splitlines())
    assert len(told) == 120
    assert stored(store) == told
    assert len(standing(store.log(REVIEW.id).verdicts)) == 24


def test_many_threads_of_one_server_lose_no_verdict(store: Store) -> None:
    reviewers = [store.join(REVIEW.id, f"reviewer {i}") for i in range(4)]

    def judge(turn: int) -> int:
        return store.judge(REVIEW.id, reviewers[turn % 4].id, turn % 12, Judgement("same")).id

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(judge, range(100)))
    assert sorted(told) == sorted(stored(store))
    assert len(set(told)) == 100


def test_reviews_that_are_made_at_once_do_not_disturb_each_other(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(store.add, [replace(REVIEW, id=f"review {i}") for i in range(24)]))
    assert len(store.reviews()) == 25


def test_one_person_in_two_windows_is_one_person(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len({who.id for who in pool.map(lambda _turn: store.join(REVIEW.id, "Anna"), range(16))}) == 1


def test_a_killed_server_loses_nothing_that_was_confirmed(store: Store, url: str, tmp_path: Path) -> None:
    writer = begin(WRITER, url, str(tmp_path), "Anna", "100000")
    assert writer.stdout is not None
    assert writer.stdin is not None
    assert writer.stdout.readline() == "ready\n"
    writer.stdin.write("go\n")
    writer.stdin.flush()
    lines = [writer.stdout.readline() for _ in range(40)]
    os.kill(writer.pid, signal.SIGKILL)
    output, _errors = writer.communicate(timeout=60)
    assert writer.returncode == -signal.SIGKILL
    whole = [line for line in output.splitlines(keepends=True) if line.endswith("\n")]
    told = confirmed([*lines, *whole])
    assert len(told) >= 40
    found = stored(store)
    assert told.items() <= found.items()
    assert len(found) <= len(told) + 1  # at most the one that nobody was told of
    store.judge(REVIEW.id, store.join(REVIEW.id, "Anna").id, 0, Judgement("same"))  # and it goes on


def test_a_database_of_which_no_connection_comes_free_is_said(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'reviews.sqlite3'}"
    open_store(url, tmp_path).close()
    engine = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=0.1)
    busy = Store(engine, PictureFiles(tmp_path))
    with engine.connect():
        for work in (busy.reviews, lambda: busy.remove("a-review")):
            with pytest.raises(InputError, match="did not answer"):
                work()
    assert busy.reviews() == ()
    busy.close()


# -- opening -----------------------------------------------------------------------------------------------------------


def test_processes_that_open_an_empty_database_at_once_do_not_disturb_each_other(url: str, tmp_path: Path) -> None:
    script = "import sys; from pathlib import Path; from augviz.review.store import open_store; "
    script += "print(len(open_store(sys.argv[1], Path(sys.argv[2])).reviews()))"
    begun = [begin(script, url, str(tmp_path)) for _ in range(2)]
    for process in begun:
        output, _errors = process.communicate(timeout=120)
        assert (process.returncode, output) == (0, "0\n")


def test_without_a_word_it_is_a_file_in_the_users_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AUGVIZ_DATABASE_URL", raising=False)
    monkeypatch.setenv("AUGVIZ_DATA_DIR", str(tmp_path / "data"))
    store = open_store()
    store.close()
    path = tmp_path / "data" / "reviews.sqlite3"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_sqlite_keeps_a_log_and_foreign_keys_and_writes_through(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'reviews.sqlite3'}", tmp_path) as store, store._engine.connect() as connection:
        asked = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous")
        ]
    assert asked == ["wal", 1, 2]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mysql://user:secret@host/db", "PostgreSQL or SQLite"),
        ("not an address", "no address"),
        ("postgresql://user:secret@host:port/db", "no address"),
        ("postgresql://user:secret@[::1/db", "no address"),
        ("postgresql://user:secret@127.0.0.1:1/db", "cannot be opened"),
        ("postgres://user:secret@127.0.0.1:1/db?sslmode=verify-full", "cannot be opened"),
        ("postgresql://user:secret@/db?host=/no/such/folder", "cannot be opened"),
        ("postgresql://user:secret@127.0.0.1:1/db?sslmode=require&channel_binding=require", "channel_binding"),
        ("postgresql://127.0.0.1:1/db?user=user&password=secret&application_name=augviz", "password, user"),
        ("postgresql://user:secret@127.0.0.1:1/db?application_name=augviz", "cannot be opened"),
        ("sqlite:////proc/no/such/file", "cannot be opened"),
    ],
)
def test_a_database_that_cannot_be_reached_is_said_without_its_password(
    address: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=said) as caught:
        open_store(address, tmp_path)
    assert "secret" not in str(caught.value)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the driver forgets to close its socket
def test_a_database_that_takes_a_call_and_says_nothing_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "ANSWER_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        with pytest.raises(InputError, match=r"cannot be opened.*Check that it is there") as caught:
            open_store(f"postgresql://user:secret@127.0.0.1:{silent.getsockname()[1]}/db", tmp_path)
    assert time.monotonic() - begun < 10
    assert "secret" not in str(caught.value)
    del caught
    gc.collect()


def test_a_database_that_falls_silent_is_said(store: Store) -> None:
    def silent(_connection: object) -> None:
        raise TimeoutError("timed out")

    event.listen(store._engine, "begin", silent)
    with pytest.raises(InputError, match=r"did not answer \(timed out\)"):
        store.reviews()
    with pytest.raises(InputError, match="did not answer"):
        store.join(REVIEW.id, "Ada")


@pytest.mark.parametrize("is_replaced", [False, True])
def test_nothing_is_confirmed_into_a_file_that_was_deleted(tmp_path: Path, is_replaced: bool) -> None:
    path = tmp_path / "reviews.sqlite3"
    with opened(f"sqlite:///{path}", tmp_path) as store:
        store.add(REVIEW)
        who = store.join(REVIEW.id, "Ada")
        for each in tmp_path.glob("reviews.sqlite3*"):
            each.rename(tmp_path / f"away-{each.name}")
        if is_replaced:
            path.touch()
        with pytest.raises(InputError, match="is no longer there"):
            store.judge(REVIEW.id, who.id, 0, Judgement("same"))
        with pytest.raises(InputError, match="is no longer there"):
            store.reviews()
        for each in tmp_path.glob("away-*"):
            each.replace(tmp_path / each.name.removeprefix("away-"))
        store.judge(REVIEW.id, who.id, 0, Judgement("same"))  # it was put back


def test_the_environment_names_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUGVIZ_DATABASE_URL", f"sqlite:///{tmp_path / 'named.sqlite3'}")
    open_store(folder=tmp_path).close()
    assert (tmp_path / "named.sqlite3").is_file()
    monkeypatch.setenv("AUGVIZ_PICTURES_MB", "many")
    monkeypatch.setenv("AUGVIZ_DATABASE_URL", f"sqlite:///{tmp_path / 'other.sqlite3'}")
    with pytest.raises(InputError, match="megabytes"):
        open_store(folder=tmp_path)
    assert not (tmp_path / "other.sqlite3").exists()  # nothing is left open


# -- pictures ----------------------------------------------------------------------------------------------------------


def test_pictures_are_named_by_their_content(tmp_path: Path) -> None:
    files = PictureFiles(tmp_path / "pictures")
    first, again = files.keep(b"one", (3, 2)), files.keep(b"one", (3, 2))
    assert first == again
    assert files.read(first.digest) == b"one"
    (path,) = (tmp_path / "pictures").rglob("*.png")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_bytes(b"two")
    with pytest.raises(InputError, match="changed after it was drawn"):
        files.read(first.digest)


def test_pictures_beyond_the_limit_are_refused_and_nothing_is_dropped_for_them(tmp_path: Path) -> None:
    files = PictureFiles(tmp_path, limit_bytes=10)
    kept = files.keep(b"12345678", (1, 1))
    with pytest.raises(InputError, match="AUGVIZ_PICTURES_MB"):
        files.keep(b"abc", (1, 1))
    assert files.read(kept.digest) == b"12345678"
    assert files.keep(b"12345678", (1, 1)) == kept  # it is there already
    files.drop([kept.digest])
    files.keep(b"abc", (1, 1))


def test_a_picture_that_could_not_be_written_leaves_nothing_and_takes_no_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    files = PictureFiles(tmp_path, limit_bytes=10)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(InputError, match="No space left"):
            files.keep(b"12345678", (1, 1))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    files.keep(b"abcdefgh", (1, 1))


@pytest.mark.skipif(not hasattr(os, "O_DIRECTORY"), reason="folders cannot be brought to the disk on this system")
def test_a_picture_and_its_name_are_on_the_disk_before_it_counts_as_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[bool] = []
    monkeypatch.setattr(os, "fsync", lambda handle: written.append(stat.S_ISDIR(os.fstat(handle).st_mode)))
    PictureFiles(tmp_path).keep(b"abc", (1, 1))
    assert written == [False, True]


def test_a_picture_is_held_as_often_as_it_was_kept_so(tmp_path: Path) -> None:
    files = PictureFiles(tmp_path, limit_bytes=10)
    kept = [files.keep(b"12345678", (1, 1), hold=True) for _twice in range(2)]
    for picture in kept:
        files.drop([picture.digest])
        assert files.read(picture.digest) == b"12345678"
        files.release([picture.digest])
    files.drop([kept[0].digest])
    with pytest.raises(InputError, match="missing"):
        files.read(kept[0].digest)
    with pytest.raises(InputError, match="AUGVIZ_PICTURES_MB"):
        files.keep(b"more than ten", (1, 1), hold=True)
    assert not files._held  # what could not be kept is not held either


def test_a_picture_that_cannot_be_deleted_is_said(tmp_path: Path) -> None:
    digest = "0" * 32
    (tmp_path / "00" / f"{digest}.png" / "in the way").mkdir(parents=True)
    with pytest.raises(InputError, match="could not be deleted"):
        PictureFiles(tmp_path).drop([digest])


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 32, "0" * 31, "0" * 32 + "\n"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="no name of a picture"):
        PictureFiles(tmp_path).read(name)


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError, match="AUGVIZ_DATA_DIR"):
        PictureFiles(tmp_path / "file").keep(b"one", (1, 1))


def test_a_pipeline_of_a_step_that_nobody_knows_any_more_is_still_shown(url: str, tmp_path: Path) -> None:
    with opened(url, tmp_path) as store:
        store.add(REVIEW)
        with store._engine.begin() as connection:
            connection.execute(text('UPDATE reviews SET pipeline = \'{"steps": [{"name": "Gone"}]}\''))
        back = store.review(REVIEW.id)
    assert back.spec is None
    assert back.pipeline_yaml == REVIEW.pipeline_yaml
    assert back.is_of(TURN)
    assert back.changes_to(replace(TURN, p=0.5)) == ()


# -- addresses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("postgres://u:p@host:5433/db", "postgresql+pg8000"),
        ("postgresql://u:p@host/db", "postgresql+pg8000"),
        ("postgresql+psycopg://u:p@host/db", "postgresql+psycopg"),
        ("sqlite:///file", "sqlite"),
    ],
)
def test_an_address_without_a_driver_gets_ours(given: str, driver: str) -> None:
    assert _address(given).drivername == driver


def test_words_of_libpq_reach_the_driver() -> None:
    def arguments(query: str) -> dict[str, object]:
        url, found = _for_pg8000(_address(f"postgresql://u:p@/db?{query}"))
        assert not url.query
        return found

    assert arguments("host=/run/postgresql") == {"unix_sock": "/run/postgresql/.s.PGSQL.5432"}
    assert arguments("host=/run/postgresql&port=5433") == {"unix_sock": "/run/postgresql/.s.PGSQL.5433"}
    assert arguments("connect_timeout=3") == {"timeout": 3}
    assert arguments("connect_timeout=0") == {"timeout": None}  # libpq's word for as long as it takes
    assert arguments("sslmode=disable") == {"ssl_context": False}
    assert arguments("sslmode=require") == {"ssl_context": True}
    context = arguments("sslmode=verify-full")["ssl_context"]
    assert isinstance(context, ssl.SSLContext)
    assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)
