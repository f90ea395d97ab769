"""Every kind of element that augviz uses, on one page, and a button that breaks."""

import io

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from PIL import Image


def jpeg(value: int) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(np.full((48, 64, 3), value, np.uint8)).save(stream, "JPEG")
    return stream.getvalue()


TILE = st.components.v2.component(
    "probe_tile",
    html="<figure><img alt='tile'></figure>",
    css="figure { margin: 0; border: 1px solid var(--st-border-color); }",
    js="""
    export default function ({ data, parentElement }) {
      const image = parentElement.querySelector("img");
      image.src = URL.createObjectURL(new Blob([data], { type: "image/jpeg" }));
    }
    """,
)

st.title("Everything")
st.caption("Secondary text")
value = st.slider("Grey value", 0, 255, 128, key="grey")
TILE(data=jpeg(value), key="tile")
st.image(np.full((48, 64, 3), value, np.uint8), caption="An image")
st.plotly_chart(go.Figure(go.Histogram(x=[1, 2, 2, 3])), key="chart")
st.dataframe({"name": ["cat", "dog"], "boxes": [1, 2]})
upload = st.file_uploader("Images", key="files")
st.code("transform:\n  p: 1.0", language="yaml")
st.download_button("Download", b"text", "file.txt", icon=":material/download:")
st.html("<p>Plain HTML</p>")
if upload is not None:
    st.text(f"{upload.name} has {upload.size} bytes")
if st.button("Break", key="break"):
    raise RuntimeError("secret-detail-of-the-fault")
