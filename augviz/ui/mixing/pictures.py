"""The mixed or erased picture, large and in further draws, what became of its label, and of each object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from augviz import charts
from augviz.errors import InputError
from augviz.images import encode_jpeg, shrink, to_display
from augviz.mixing.erasing import Hidden, erase, erasing_step
from augviz.mixing.mixed_sample import Mixture
from augviz.mixing.samples import mix
from augviz.overlay import BoxShape, ClassColours, Overlay
from augviz.overlay import of as overlay_of
from augviz.pipeline.draws import draw_seed
from augviz.pipeline.spec import digest_of
from augviz.preview import TILE_SIDE, Bounded
from augviz.sample import Sample
from augviz.side_by_side import in_threads
from augviz.ui import workspace
from augviz.ui.gallery import Tile, gallery, picture
from augviz.ui.mixing.choice import Choice, open_draw
from augviz.ui.progress import progress_in
from augviz.ui.text import escaped
from augviz.wording import counted, percent

DRAWS = 8
"""Draws to choose from, the one in view among them."""

LARGE_SIDE = 1200
KEPT_BYTES = 32 * 2**20
TOLD_BYTES = 10_000
"""What is told of a draw takes so much memory, about."""

LIST_ROWS = 5
LIST_HEIGHT_PX = 213
"""A longer table scrolls, so that the draws stay near the picture."""
OUTLINE = 4
"""Place in the palette of what is drawn around the images in a picture."""

FATES = {"kept": "whole", "clipped": "cut", "dropped": "dropped"}


@dataclass(frozen=True)
class Drawn:
    """One draw.

    Attributes:
        tile: Its picture.
        side: Longest side that the picture may have, in pixels.
        mixed: What was mixed, where images were mixed.
        hidden: What it hides, where parts were erased.
    """

    tile: Tile
    side: int
    mixed: Mixture | None = None
    hidden: Hidden | None = None


@dataclass(frozen=True)
class View:
    """What is shown.

    Attributes:
        opened: The draw in view, large.
        tiles: All draws, small.
    """

    opened: Drawn
    tiles: tuple[Tile, ...]


_opened: Bounded[Drawn] = Bounded(KEPT_BYTES, lambda found: len(found.tile.jpeg) + TOLD_BYTES)
_tiles: Bounded[tuple[Tile, ...]] = Bounded(KEPT_BYTES, lambda tiles: sum(len(t.jpeg) + TOLD_BYTES for t in tiles))


def drawn(choice: Choice, place: DeltaGenerator) -> View | None:
    """Draw the picture in view, and all draws small; None where these images cannot be mixed, which is said.

    Only what changed is drawn again; work that takes longer shows how far it is.

    Args:
        choice: What is chosen.
        place: An empty place for the bar.
    """
    state = workspace.current()
    colours = ClassColours.of([*(sample.labels for sample in state.uploads), *(each.labels for each in choice.samples)])
    colours = colours.recoloured(state.class_colours)
    settings = choice.settings
    key = digest_of(
        settings.method, settings.alpha, settings.lam, settings.min_visible, choice.amount, choice.titles,
        [sample.digest for sample in choice.samples], state.seed,
        [(name, colours.index_of(name)) for name in colours.names],
    )  # fmt: skip
    tiles, opened = _tiles.get(key), _opened.get((key, choice.draw))

    def work(draw: int) -> list[Drawn]:
        sides = [*([] if tiles else [TILE_SIDE]), *([LARGE_SIDE] if draw == choice.draw else [])]
        return (_mixed if choice.method.mixes else _erased)(choice, state.seed, colours, draw, sides)

    if tiles is None or opened is None:
        try:
            found = in_threads(work, range(DRAWS) if tiles is None else [choice.draw], progress_in(place, "draws"))
        except InputError as error:
            st.error(escaped(str(error)), icon=":material/error:")
            return None
        place.empty()
        opened = next(sizes[-1] for sizes in found if sizes[-1].side == LARGE_SIDE)
        tiles = tiles or tuple(sizes[0].tile for sizes in found)
        _opened.put((key, choice.draw), opened)
        _tiles.put(key, tiles)
    return View(opened, tuple(replace(tile, selected=number == choice.draw) for number, tile in enumerate(tiles)))


def large_picture(view: View) -> None:
    """The draw in view."""
    picture(view.opened.tile, key="mixing-picture")


def label_box(choice: Choice, view: View) -> None:
    """The label: its weights as bars, or that it stays as it is."""
    st.header("Label")
    mixed, hidden = view.opened.mixed, view.opened.hidden
    if mixed is not None:
        bars = charts.soft_label_bars(_soft_label(choice, mixed))
        st.plotly_chart(bars, key="soft-label", config={"displayModeBar": False})
        st.markdown(_weights_in_words(choice, mixed))
        for note in mixed.notes:
            st.info(escaped(str(note)), icon=":material/info:")
    elif hidden is not None and hidden.error:
        st.error(escaped(hidden.error), icon=":material/error:")
    elif hidden is not None:
        label = choice.samples[0].labels.label
        says = f"stays **{escaped(label)}**" if label else "stays as it is"
        st.markdown(f"The label {says}, although **{percent(hidden.share)}** of the picture is hidden.")


def object_table(choice: Choice, view: View) -> None:
    """What became of each object."""
    st.header("Objects")
    mixed, hidden = view.opened.mixed, view.opened.hidden
    if mixed is not None:
        counts = mixed.counts()
        rows = [
            {
                "Object": each.name,
                "From": choice.titles[each.source],
                "Visible": 100 * each.visible_share,
                "Weight": 100 * each.weight,
                "Fate": FATES[each.fate],
            }
            for each in sorted(mixed.objects, key=lambda each: (each.id is None, each.source))
        ]
        said = f"**{counts['kept']}** whole, **{counts['clipped']}** cut, **{counts['dropped']}** dropped."
        if choice.method.id != "mixup":
            rows = [{name: value for name, value in row.items() if name != "Weight"} for row in rows]
    else:
        objects = () if hidden is None else hidden.objects
        rows = [{"Object": each.name, "Hidden": 100 * each.hidden_share} for each in objects]
        mostly = sum(each.hidden_share > 0.5 for each in objects)
        said = f"**{mostly}** of {counted(len(objects), 'object')} more than half hidden."
    if not rows:
        st.markdown("These images have no objects.")
        return
    st.markdown(said)
    shares = {name: st.column_config.NumberColumn(name, format="%.0f%%") for name in ("Visible", "Weight", "Hidden")}
    st.dataframe(
        rows, hide_index=True, height="content" if len(rows) <= LIST_ROWS else LIST_HEIGHT_PX, column_config=shares,
        key="mixing-objects",
    )  # fmt: skip


def all_draws(choice: Choice, view: View) -> None:
    """The draws to choose from; a click shows one large."""
    event = gallery(view.tiles, key="mixing-gallery", switches=False)
    if event is not None and event.opened != choice.draw:
        open_draw(event.opened)
        st.rerun()


# -- mixing ------------------------------------------------------------------------------------------------------------


def _mixed(choice: Choice, seed: int, colours: ClassColours, draw: int, sides: Sequence[int]) -> list[Drawn]:
    """One draw, in pictures of these sides."""
    found = mix(choice.samples, draw_seed(seed, 0, draw), choice.settings)
    caption, alt = _caption(choice, found), _alt(choice, found)

    def picture_of(side: int) -> Tile:
        overlay = _outlined(_overlay(found.sample, colours, side), choice, found)
        return _tile(found.sample, overlay, side, caption, alt)

    return [Drawn(picture_of(side), side, mixed=found.told()) for side in sides]


def _outlined(overlay: Overlay, choice: Choice, found: Mixture) -> Overlay:
    """The overlay with the images' own places around it, and the weights of MixUp in the names."""
    if choice.method.id == "mixup":
        weights = {each.id: each.weight for each in found.objects}
        boxes = tuple(box._replace(name=f"{box.name} {percent(weights[box.object_id])}") for box in overlay.boxes)
        masks = tuple(one._replace(name=f"{one.name} {percent(weights[one.object_id])}") for one in overlay.outlines)
        return replace(overlay, boxes=boxes, outlines=masks)
    fields = found.fields[1:] if choice.method.id == "cutmix" else found.fields
    shapes = tuple(
        BoxShape(tuple(float(side) for side in field.box), choice.titles[field.source], OUTLINE, -1)  # type: ignore[arg-type]
        for field in fields
        if field.weight > 0
    )
    return replace(overlay, boxes=(*shapes, *overlay.boxes))


def _caption(choice: Choice, found: Mixture) -> str:
    parts = [" · ".join(f"{name} {percent(weight)}" for name, weight in _soft_label(choice, found).items())]
    if found.objects:
        counts = found.counts()
        parts.append(f"{counts['kept'] + counts['clipped']} of {counted(len(found.objects), 'object')}")
    return "; ".join(parts)


def _soft_label(choice: Choice, found: Mixture) -> Mapping[str, float]:
    """Weight by class; an image without a class goes by its title."""
    pairs = zip(choice.samples, choice.titles, strict=True)
    titles = {sample.name: title for sample, title in pairs if not sample.labels.label}
    return {titles.get(name, name): weight for name, weight in found.soft_label.items()}


def _alt(choice: Choice, found: Mixture) -> str:
    used = ", ".join(f"{choice.titles[field.source]} {percent(field.weight)}" for field in found.fields)
    return f"{choice.method.title} of {used}"


def _weights_in_words(choice: Choice, found: Mixture) -> str:
    itself, stays = escaped(choice.titles[0]), found.fields[0].weight
    if found.drawn is None:
        return "Each class has the share of the pixels that its images have."
    if choice.method.id == "mixup":
        return f"λ is **{found.drawn:.2f}**: the weight of {itself}."
    if abs(stays - found.drawn) < 0.005:
        return f"λ is **{found.drawn:.2f}**: the share of the pixels that stay {itself}."
    return (
        f"λ was **{found.drawn:.2f}**, but the box is cut off at the edge and rounded to whole pixels: "
        f"**{stays:.2f}** of the pixels stay {itself}, and so much of the label."
    )


# -- erasing -----------------------------------------------------------------------------------------------------------


def _erased(choice: Choice, seed: int, colours: ClassColours, draw: int, sides: Sequence[int]) -> list[Drawn]:
    """One draw, in pictures of these sides."""
    step = erasing_step(choice.method.id, choice.amount, choice.samples[0].size_hw)
    found = erase(step, choice.samples[0], seed, draw)
    caption = f"{percent(found.hidden.share)} of the picture hidden"
    if found.hidden.objects:
        most = found.hidden.objects[0]
        caption += f"; {percent(most.hidden_share)} of {most.name}"
    alt = f"{choice.method.title} of {choice.titles[0]}: {caption}"

    def picture_of(side: int) -> Tile:
        tile = _tile(found.sample, _overlay(found.sample, colours, side), side, caption, alt)
        return replace(tile, badge="error" if found.hidden.error else "")

    return [Drawn(picture_of(side), side, hidden=found.hidden) for side in sides]


def _overlay(sample: Sample, colours: ClassColours, side: int) -> Overlay:
    return overlay_of(sample.labels, sample.size_hw, colours, max_side=side)


def _tile(sample: Sample, overlay: Overlay, side: int, caption: str, alt: str) -> Tile:
    height, width = sample.size_hw
    jpeg = encode_jpeg(shrink(to_display(sample.image, sample.bands), side), 90)
    return Tile(jpeg, width, height, overlay, caption, alt)
