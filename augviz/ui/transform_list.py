"""The catalogue as a page."""

from __future__ import annotations

import streamlit as st

from augviz.transforms import catalogue

_SEARCH = "transform-search"


def search_box() -> None:
    """Search by name, family or what it does."""
    st.text_input(
        "Search", key=_SEARCH, placeholder="rotate, noise, crop …", icon=":material/search:", max_chars=60, width=420
    )


def offered_table() -> None:
    """Everything that can be added to a pipeline."""
    found = catalogue.search(st.session_state.get(_SEARCH, ""))
    st.markdown(f"**{len(found)}** of {len(catalogue.offered())} transforms of the installed Albumentations")
    if not found:
        st.markdown("Nothing fits. Search for a shorter word, such as blur, crop or noise.")
        return
    rows = [
        {
            "Transform": entry.name,
            "Family": entry.family,
            "What it does": entry.summary,
            "Moves": ", ".join(sorted(entry.moves)) or "pixels only",
            "Needs": " ".join(entry.need_sentences),
            "ms at 512 px": entry.cost_ms,
            "Slow": "slow" if entry.is_slow else "",
        }
        for entry in found
    ]
    st.dataframe(
        rows,
        hide_index=True,
        height=560,
        column_config={"Transform": {"width": "medium"}, "What it does": {"width": "large"}},
    )


def withheld_table() -> None:
    """Everything else, with the reason."""
    rows = [{"Transform": name, "Why not": reason} for name, reason in catalogue.withheld().items()]
    st.dataframe(rows, hide_index=True, column_config={"Why not": {"width": "large"}})
