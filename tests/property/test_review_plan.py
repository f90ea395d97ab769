"""Plans and orders of reviews: what a seed fixes, and that no image follows itself where that can be had."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from augviz.errors import InputError
from augviz.review.judgement import Judgement
from augviz.review.plan import Controls, Draw, Suspect, best_claim, images_for, make_plan
from augviz.review.queue import Queue, order, order_seed

KEYS = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=30)
SEEDS = st.integers(0, 2**31 - 1)


def draws_of(keys: list[str]) -> list[Draw]:
    return [Draw(place, "draw", 0, key) for place, key in enumerate(keys)]


def repeats(keys: list[str], places: tuple[int, ...]) -> int:
    """How often an image follows itself."""
    shown = [keys[place] for place in places]
    return sum(a == b for a, b in pairwise(shown))


@given(KEYS, SEEDS)
def test_an_order_shows_every_item_once_and_is_the_same_again(keys: list[str], seed: int) -> None:
    places = order(draws_of(keys), seed)
    assert sorted(places) == list(range(len(keys)))
    assert places == order(draws_of(keys), seed)


@given(KEYS, SEEDS)
def test_no_image_follows_itself_more_often_than_it_must(keys: list[str], seed: int) -> None:
    most = Counter(keys).most_common(1)[0][1]
    # The others can part the most frequent image so often and no more; with half or less of all there is no need.
    assert repeats(keys, order(draws_of(keys), seed)) == max(0, most - (len(keys) - most) - 1)


@given(st.integers(10, 80), SEEDS)
def test_two_pictures_of_one_image_are_about_half_a_review_apart(images: int, seed: int) -> None:
    keys = [f"image {i}" for i in range(images)] + ["image 0"]
    places = order(draws_of(keys), seed)
    assert abs(places.index(0) - places.index(images)) >= images // 4


@given(KEYS, st.sets(st.integers(0, 29)), SEEDS)
def test_suspects_come_first_and_leave_the_order_of_the_others(keys: list[str], picked: set[int], seed: int) -> None:
    draws = [Draw(place, "suspect" if place in picked else "draw", 0, key) for place, key in enumerate(keys)]
    others = [draw for draw in draws if draw.kind == "draw"]
    places = order(draws, seed)
    assert sorted(places) == list(range(len(keys)))
    assert all(draws[place].kind == "suspect" for place in places[: len(draws) - len(others)])
    assert places[len(draws) - len(others) :] == order(others, seed)


def test_an_order_is_fixed_for_good() -> None:
    keys = [f"image {i % 9}" for i in range(12)] + ["image 0"] * 6
    # A reviewer who goes on after an update is asked the same next.
    assert order(draws_of(keys), 7) == (15, 1, 7, 6, 14, 2, 12, 10, 0, 3, 9, 8, 13, 5, 11, 16, 4, 17)


def test_reviewers_have_orders_of_their_own() -> None:
    draws = draws_of([f"image {i}" for i in range(40)])
    orders = {order(draws, order_seed(7, name)) for name in ("a", "b", "c")}
    assert len(orders) == 3
    assert order_seed(7, "a") != order_seed(8, "a")


IMAGES = [f"image {i}" for i in range(80)]


def test_controls_are_mixed_in() -> None:
    plan = make_plan(IMAGES, 60, 7, known=[f"known {i}" for i in range(10)])
    assert Counter(draw.kind for draw in plan.draws) == {
        "draw": 60,
        "untouched": 6,
        "duplicate": 6,
        "known violation": 6,
    }
    assert [draw.place for draw in plan.draws] == list(range(78))
    assert plan.images == 60
    drawn = {draw.key for draw in plan.draws if draw.kind == "draw"}
    assert len(drawn) == 60
    assert not drawn & {draw.key for draw in plan.draws if draw.kind == "untouched"}  # 20 others are there for that


def test_a_duplicate_is_the_same_draw_again() -> None:
    plan = make_plan(IMAGES, 60, 7)
    twins = [draw for draw in plan.draws if draw.kind == "duplicate"]
    for twin in twins:
        assert twin.twin is not None
        first = plan.draws[twin.twin]
        assert (first.kind, first.key, first.seed, first.image) == ("draw", twin.key, twin.seed, twin.image)
    assert len({twin.twin for twin in twins}) == len(twins)


def test_a_small_review_has_one_control_of_each_kind_and_none_where_none_is_wanted() -> None:
    kinds = Counter(draw.kind for draw in make_plan(IMAGES[:3], 3, 7, known=["known"]).draws)
    assert kinds == {"draw": 3, "untouched": 1, "duplicate": 1, "known violation": 1}
    assert len(make_plan(IMAGES, 12, 7, controls=Controls(0, 0, 0)).draws) == 12


def test_an_image_that_stands_twice_is_one_image() -> None:
    plan = make_plan(["a", "b", "a"], 10, 1, controls=Controls(0, 0, 0))
    assert (plan.images, plan.wanted) == (2, 10)
    assert {draw.image for draw in plan.draws} == {0, 1}


def test_a_plan_is_fixed_by_its_seed_and_not_by_where_an_image_stands() -> None:
    plan = make_plan(IMAGES, 60, 7)
    assert make_plan(IMAGES, 60, 7) == plan
    turned = make_plan(IMAGES[::-1], 60, 7)
    assert [(draw.key, draw.seed) for draw in turned.draws] == [(draw.key, draw.seed) for draw in plan.draws]
    assert {draw.key for draw in make_plan(IMAGES, 60, 8).draws} != {draw.key for draw in plan.draws}


def test_another_image_leaves_the_draws_of_all_others_as_they_were() -> None:
    seeds = {draw.key: draw.seed for draw in make_plan(IMAGES, 80, 7).draws if draw.kind == "draw"}
    more = {draw.key: draw.seed for draw in make_plan(["new", *IMAGES], 81, 7).draws if draw.kind == "draw"}
    assert seeds.items() <= more.items()


@pytest.mark.parametrize(("images", "wanted"), [([], 5), (IMAGES, 0), (IMAGES, 10_000)])
def test_what_cannot_be_planned_is_said(images: list[str], wanted: int) -> None:
    with pytest.raises(InputError):
        make_plan(images, wanted, 7)


def test_how_many_images_a_claim_takes() -> None:
    # Reference table: n so that the one-sided 95% Clopper-Pearson limit is below 5% (and below 10%).
    assert [row.images for row in images_for(most_changed=5)] == [59, 93, 124, 153, 181, 208]
    assert [row.images for row in images_for(0.10)] == [29, 46, 61, 76]
    assert [row.words for row in images_for()[:3]] == [
        "59 images, if no label changes",
        "93 images, if 1 label changes",
        "124 images, if 2 labels change",
    ]
    assert best_claim(59) < 0.05 < best_claim(58)


def test_a_queue_goes_on_where_one_stopped_and_says_how_long_it_takes() -> None:
    said = {2: Judgement("same", seconds=4), 0: Judgement("changed", seconds=8)}
    queue = Queue((2, 0, 1, 3), said)
    assert (queue.next, queue.done, queue.seconds_left) == (1, 2, 12)
    assert Queue((2, 0), said).next is None
    assert Queue((2, 0, 1), {0: said[0]}).next == 2  # taken back: it comes again
    assert Queue((2, 0, 1), {}).seconds_left == 30
    unknown = {place: Judgement("same") for place in (3, 4, 5)}
    assert Queue((2, 0, 1, 3, 4, 5), said | unknown).seconds_left == 6  # a verdict without a time says nothing of it


def test_each_choice_of_a_plan_has_chance_of_its_own() -> None:
    plan = make_plan(IMAGES, 60, 7)
    draws = plan.draws[:60]
    assert [draw.seed for draw in draws] != sorted(draw.seed for draw in draws)  # images are chosen by other numbers
    twins = {draw.twin for draw in plan.draws if draw.kind == "duplicate"}
    assert twins not in (set(range(6)), {draw.place for draw in sorted(draws, key=lambda draw: draw.seed)[:6]})


def test_a_repeated_picture_is_as_often_the_first_as_the_second() -> None:
    draws = draws_of([f"image {i}" for i in range(20)] + ["image 0"])
    first = [order(draws, seed).index(20) < order(draws, seed).index(0) for seed in range(200)]
    assert 70 < sum(first) < 130


def test_suspects_are_drawn_as_picked_and_counted_nowhere() -> None:
    picked = [Suspect(3, 11), Suspect(3, 12), Suspect(5, 11), Suspect(3, 11)]
    plan, bare = make_plan(IMAGES, 40, 7, suspects=picked), make_plan(IMAGES, 40, 7)
    suspects = [draw for draw in plan.draws if draw.kind == "suspect"]
    assert [(draw.image, draw.key, draw.seed) for draw in suspects] == [
        (3, "image 3", 11), (3, "image 3", 12), (5, "image 5", 11),
    ]  # fmt: skip
    assert plan.draws[: len(bare.draws)] == bare.draws
    assert plan.images == bare.images == 40
