"""Finding transforms: by name, by family, by what they say; and what is said when there is none."""

from __future__ import annotations

import pytest

from augviz.errors import PipelineError
from augviz.transforms.catalogue import entry, offered, search


def test_an_entry_has_what_the_library_says() -> None:
    found = entry("HorizontalFlip")
    assert found.family == "Flip and rotate"
    assert found.moves == {"masks", "boxes", "keypoints"}
    assert found.summary.startswith("Flip the input horizontally")
    assert found.default_p == 0.5
    assert found.parameters == ()


@pytest.mark.parametrize(("name", "mend"), [("HorizontalFlipp", "HorizontalFlip"), ("gausianblur", "GaussianBlur")])
def test_a_wrong_name_is_answered_with_close_ones(name: str, mend: str) -> None:
    with pytest.raises(PipelineError) as caught:
        entry(name)
    assert mend in caught.value.mend


def test_a_withheld_name_is_answered_with_its_reason() -> None:
    with pytest.raises(PipelineError, match="TextImage is not offered"):
        entry("TextImage")


def test_an_unknown_parameter_is_answered_with_close_ones() -> None:
    with pytest.raises(PipelineError, match="Did you mean blur_limit"):
        entry("GaussianBlur").parameter("blurlimit")


def test_names_come_before_families_and_summaries() -> None:
    names = [found.name for found in search("blur")]
    assert names[0] == "Blur"
    assert set(names[1:3]) <= {name for name in offered() if "Blur" in name}
    assert "Sharpen" in names, "its family is Blur and sharpen"
    assert names.index("GaussianBlur") < names.index("Sharpen")


def test_search_takes_several_words_in_any_case() -> None:
    assert search("GAUSSIAN blur")[0].name == "GaussianBlur"
    assert search("weather fog")[0].name == "RandomFog"


def test_search_for_nothing_gives_all_and_for_nonsense_none() -> None:
    assert len(search("")) == len(offered())
    assert search("xyzzy") == ()
