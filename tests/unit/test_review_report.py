"""The report and the line in an exported file: whole, self-contained, and text of strangers is text."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

from augviz.pipeline.export import ExportOptions, to_json, to_python, to_yaml
from augviz.pipeline.importing import read_pipeline
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.review import report
from augviz.review.as_json import as_json
from augviz.review.findings import Findings, Log, find
from augviz.review.header import coefficient, header_line, in_one_line, not_reviewed
from augviz.review.judgement import Adjudication, FirstLabel, Judgement, Recorded
from augviz.review.overruling import Overruling
from augviz.review.plan import Controls, make_plan
from augviz.review.rendering import Material, render
from augviz.review.report import as_html
from augviz.review.review import Dose, Review, Reviewer, Setting, StepSeen
from augviz.review.store import PictureFiles
from augviz.sample import Boxes, Labels
from tests.unit.review_cases import HOSTILE, NOON, TURN, item, picture, review

ANNA, BEN = Reviewer(1, "Dr Weber", 11), Reviewer(2, "Ben", 12, "ben@clinic.example")


def judged(count: int, changed: int, reviewers: tuple[Reviewer, ...] = (ANNA,)) -> tuple[Review, Log]:
    rows = [
        Recorded(place * 10 + who.id, who.id, place, Judgement("changed" if place < changed else "same"), NOON)
        for who in reviewers
        for place in range(count)
    ]
    return review([item(place) for place in range(count)]), Log(reviewers, (), tuple(rows))


def test_the_line_says_what_was_judged_by_whom_and_on_what() -> None:
    line = header_line(find(*judged(61, 1, (ANNA, BEN))))
    assert line == (
        "reviewed: 61 images, 1 label changed, 95% upper limit 7.5%, α = 1.00, by Dr Weber, Ben, on 2026-03-01, "
        f"digest {TURN.exported_digest}"
    )


def test_the_line_counts_what_is_not_settled_both_ways() -> None:
    made, log = judged(61, 0)
    doubt = Recorded(999, 1, 60, Judgement("cannot tell"), NOON)
    line = header_line(find(made, replace(log, verdicts=(*log.verdicts, doubt))))
    assert "0 labels changed, 1 not settled (upper limit 7.5% if they changed), 95% upper limit 4.8%" in line


def test_the_line_of_reviewers_without_variation_has_their_raw_agreement() -> None:
    assert "raw agreement 100%" in header_line(find(*judged(61, 0, (ANNA, BEN))))
    assert "by nobody yet" in header_line(find(review([item(0)]), Log()))


def test_coefficients_are_written_as_papers_write_them() -> None:
    written = [coefficient(value) for value in (0.84, -0.03, 0.0, 0.994, 0.999, -1.0)]
    assert written == [".84", "-.03", ".00", ".99", "1.00", "-1.00"]


def test_it_is_said_when_the_pipeline_is_no_longer_the_reviewed_one() -> None:
    made = review([item(0)])
    assert not_reviewed(made, TURN) == ""
    renamed = replace(TURN, steps=(replace(TURN.steps[0], title="my turn"), TURN.steps[1]))
    assert not_reviewed(made, renamed) == ""  # a name decides no picture
    wider = TURN.edit("Rotate-1", lambda node: replace(node, params={"limit": (-45, 45)}))  # type: ignore[call-arg]
    assert "not the pipeline that was reviewed: Rotate" in not_reviewed(made, wider)
    other = replace(TURN, steps=(replace(TURN.steps[0], id="other"), TURN.steps[1]))
    assert "other random numbers" in not_reviewed(made, other)
    assert "Normalize" in not_reviewed(made, replace(TURN, tail=(Step("Normalize"),)))  # exported, though never drawn


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_no_name_breaks_out_of_the_header_of_a_file(hostile: str) -> None:
    name = hostile.replace("\0", " ").replace("\ud83d", "?")
    line = header_line(find(*judged(3, 0, (replace_name(name),))))
    assert line.replace("\u200d", "").isprintable()
    assert len(line) < 400
    for reviewed in (line, f"reviewed by {name}"):  # whoever forgets to shorten it is safe as well
        options = ExportOptions(reviewed=reviewed)
        written = to_yaml(TURN, options)
        plain = to_yaml(TURN, ExportOptions())
        assert yaml.safe_load(written)["transform"] == yaml.safe_load(plain)["transform"]
        assert yaml.safe_load(written)["augviz"]["reviewed"] == reviewed
        assert read_pipeline(written).spec.exported_digest == read_pipeline(plain).spec.exported_digest
        assert json.loads(to_json(TURN, options))["augviz"]["reviewed"] == reviewed
        compile(to_python(TURN, options), "exported.py", "exec")
        code = [row for row in to_python(TURN, options).splitlines() if not row.startswith("#")]
        assert code == [row for row in to_python(TURN, ExportOptions()).splitlines() if not row.startswith("#")]


def replace_name(name: str) -> Reviewer:
    return ANNA._replace(name=name)


def test_one_line_is_short_and_printable() -> None:
    assert in_one_line("a\u2028b\x85c\x00d") == "a b c d"
    assert len(in_one_line("x" * 10_000)) == 40


@pytest.mark.parametrize("whole", ["👩‍⚕️ Zoë", "👨‍👩‍👧‍👦", "🏳️‍🌈", "👩🏽‍💻", "❤️‍🔥", "🙂‍↔️", "🧑🏿‍🤝‍🧑🏻", "ශ්‍රී", "क्‍ष"])
def test_one_line_keeps_what_is_joined_to_one_sign(whole: str) -> None:
    assert in_one_line(whole) == whole
    assert f"# reviewed: by {whole}\n" in to_yaml(TURN, ExportOptions(reviewed=f"reviewed: by {whole}"))


@pytest.mark.parametrize(
    "disguised",
    ["\u202eDr", "D\u2066r\u2069", "D\u200br", "D\u200dr", "\u200d👩", "👩\u200d", "👩\u200dr", "D\u200d👩", "D\u200cr",
     "D\u061cr", "\ufeffDr"],
)  # fmt: skip
def test_one_line_drops_what_nobody_sees(disguised: str) -> None:
    assert in_one_line(disguised).isprintable()
    assert in_one_line(disguised).replace(" ", "") in ("Dr", "👩", "👩r", "D👩")


def test_a_joined_sign_that_is_cut_ends_before_its_joint() -> None:
    assert in_one_line("x" * 37 + "👩‍⚕️") == "x" * 37 + "👩…"


# -- the report --------------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def drawn(tmp_path: Path, text: str = "plain", *, spec: PipelineSpec = TURN) -> tuple[Review, PictureFiles]:
    files = PictureFiles(tmp_path)
    samples = [replace(picture(seed), name=f"{seed} {text}") for seed in range(6)]
    plan = make_plan([sample.digest for sample in samples], 5, 7)
    return render(spec, plan, Setting(text, text, text), Material(samples), files.keep), files


def found_in(made: Review, text: str = "plain") -> Findings:
    reviewers = (ANNA._replace(name=text), BEN)
    verdicts = [
        Recorded(2 * i + 1, 1, i, Judgement("changed" if i < 2 else "same", text, text, 3, "Rotate-1"), NOON)
        for i in range(len(made.items))
    ]
    verdicts += [
        Recorded(2 * i + 2, 2, i, Judgement("same" if i != 3 else "cannot tell"), NOON) for i in range(len(made.items))
    ]
    ruling = Overruling(made.id, text, "X02", "d", "violating", "safe", text, NOON, 0, 5, text, 1)
    first = (FirstLabel(1, 1, 0, text, NOON),)
    settled = (Adjudication(1, 1, "changed", text, text, NOON),)
    return find(made, Log(reviewers, first, tuple(verdicts), settled, (ruling,)))


def test_the_report_says_what_was_found_and_shows_what_changed(tmp_path: Path) -> None:
    made, files = drawn(tmp_path)
    page = Page(as_html(found_in(made), files.read))
    assert "Undecided: about" in page.text  # one of the two is a tie
    assert "evenly divided on 1 image:" in page.text
    assert "2 of 5 images" in page.text
    assert page.text.count("As judged") == 3  # two that changed, one that is not settled
    for words in (
        "Ben",
        "ben@clinic.example",
        "Krippendorff’s α",
        "Only 2 images were called changed by anybody: the interval of α is then too narrow",
        "By step",
        "Rotate",
        "albumentations 2.0.8",
        "Known violations found",
        "To be settled",
        "Settled together",
        "expert: safe instead of violating",
        "__class_fullname__: Rotate",
        made.digest,
        made.items[0].image_digest,
    ):
        assert words in page.text, words
    uris = [value for name, value in page.attributes if name == "href"]
    assert len(uris) == 6
    assert all(uri is not None and uri.startswith("data:image/jpeg;base64,") for uri in uris)
    assert ("d", "M6 6H14V14H6Z") in page.attributes


def test_a_picture_that_is_missing_is_said_in_the_report(tmp_path: Path) -> None:
    made, files = drawn(tmp_path)
    found = found_in(made)
    files.drop([found.changed[0].item.after.digest])
    page = Page(as_html(found, files.read))
    assert "a picture of this review is missing" in page.text
    assert sum(name == "href" for name, _value in page.attributes) == 5


def test_the_report_loads_and_runs_nothing(tmp_path: Path) -> None:
    made, files = drawn(tmp_path)
    html = as_html(found_in(made), files.read)
    page = Page(html)
    assert not page.tags & {"script", "link", "iframe", "object", "embed", "form", "base", "a"}
    assert not [name for name, _value in page.attributes if name.startswith("on")]
    loaded = [value for name, value in page.attributes if name in ("src", "href", "xlink:href", "action")]
    assert all(value is not None and value.startswith("data:") for value in loaded)
    assert "default-src 'none'" in html
    assert "url(" not in html
    assert "@import" not in html


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_shown_as_text(tmp_path: Path, hostile: str) -> None:
    text = hostile.replace("\0", "\ufffd").replace("\ud83d", "\ufffd")
    made, files = drawn(tmp_path, text)
    page = Page(as_html(found_in(made, text), files.read))
    assert not page.tags & {"script", "iframe", "a", "img"}
    assert not [name for name, _value in page.attributes if name.startswith("on")]
    assert " ".join(text.split())[:100] in page.text  # the note stands there whole, names are cut
    assert json.loads(as_json(found_in(made, text), Log()))["review"]["title"] == text


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_of_objects_are_shown_as_text(tmp_path: Path, hostile: str) -> None:
    files, sample = PictureFiles(tmp_path), picture(1)
    named = replace(sample, labels=Labels(boxes=Boxes.of([[6, 6, 14, 14]], [hostile], [3])))
    plan = make_plan([named.digest], 1, 7, controls=Controls(0, 0, 0))
    made = render(TURN, plan, Setting(), Material([named]), files.keep)
    found = find(made, Log((ANNA,), (), (Recorded(1, 1, 0, Judgement("changed"), NOON),)))
    page = Page(as_html(found, files.read).encode().decode())
    assert not page.tags & {"script", "iframe", "a", "img"}
    kept = hostile.replace("\0", "\ufffd").replace("\ud83d", "\ufffd")
    assert page.text.count(" ".join(kept.split())[:100]) >= 2  # beside each picture and as the stored label


def test_the_report_says_when_another_pipeline_is_on_screen(tmp_path: Path) -> None:
    made, files = drawn(tmp_path)
    assert "not the pipeline that was reviewed" not in as_html(found_in(made), files.read, on_screen=TURN)
    other = TURN.add(Step("GaussNoise"))
    assert "not the pipeline that was reviewed: GaussNoise added" in as_html(
        found_in(made), files.read, on_screen=other
    )


@pytest.mark.parametrize(
    ("quantity", "weak", "strong"),
    [("rotation", "1.0° to 5.0°", "6.0° to 10°"), ("zoom", "2 × to 6 ×", "7 × to 11 ×")],
)
def test_strengths_have_their_units(quantity: str, weak: str, strong: str) -> None:
    step = StepSeen("Rotate-1", "Rotate")
    items = [replace(item(k), steps=(step._replace(doses=(Dose(quantity, k + 1.0),)),)) for k in range(10)]
    rows = tuple(Recorded(k + 1, 1, k, Judgement("same"), NOON) for k in range(10))
    text = Page(as_html(find(review(items), Log((ANNA,), (), rows)), lambda _digest: b"")).text
    assert weak in text
    assert strong in text


def test_a_report_of_many_changes_shows_some_and_counts_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "MOST_PICTURES", 2)
    made, files = drawn(tmp_path)
    page = Page(as_html(found_in(made), files.read))
    assert page.text.count("As judged") == 2
    assert "1 more picture of this kind is not shown here." in page.text


def test_a_report_of_nothing_is_a_report(tmp_path: Path) -> None:
    made, files = drawn(tmp_path)
    page = Page(as_html(find(made, Log()), files.read))
    assert "Nothing judged yet" in page.text
    assert "0 of 0 images" in page.text


def test_the_json_has_every_row_also_those_that_no_longer_count(tmp_path: Path) -> None:
    made, _files = drawn(tmp_path)
    rows = (
        Recorded(1, 1, 0, Judgement("changed", "mirrored"), NOON),
        Recorded(2, 1, 0, None, NOON),
        Recorded(3, 1, 0, Judgement("same"), NOON),
    )
    log = Log((ANNA,), (), rows)
    written = json.loads(as_json(find(made, log), log))
    assert [row["answer"] for row in written["rows"]["verdicts"]] == ["changed", None, "same"]
    assert (written["result"]["images"], written["result"]["changed"]) == (1, 0)
    assert written["pipeline"]["digest"] == TURN.exported_digest
    assert len(written["items"]) == len(made.items)
    assert written["summary"].startswith("reviewed: 1 image, 0 labels changed")
