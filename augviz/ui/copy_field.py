"""A text in a field with a button that copies it; ``st.code`` shows its own only under the mouse."""

from __future__ import annotations

from augviz.ui.components import component

_HTML = (
    '<div class="copy-field"><input type="text" readonly>'
    '<button type="button"><span class="icon" aria-hidden="true">content_copy</span><span class="word"></span></button>'
    '<span class="live" role="status"></span></div>'
)


def copy_field(text: str, *, label: str, button: str, key: str) -> None:
    """Show a text that can be copied.

    Args:
        text: The text, on one line.
        label: What it is, for screen readers ("Link to this pipeline").
        button: What the button says ("Copy link").
        key: Streamlit key.
    """
    show = component("augviz_copy_field", html=_HTML, css=["copy_field.css"], js=["copy_field.js"])
    show(key=key, data={"text": text, "label": label, "word": button})
