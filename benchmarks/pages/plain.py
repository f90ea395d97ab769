"""What one writes without augviz: a Compose, nine samples, boxes drawn into them, nine st.image of the full arrays."""

import cv2
import streamlit as st

from benchmarks.subject import SAMPLES, as_compose, rotated_by, subject

st.set_page_config(layout="wide")
sample = subject(int(st.query_params.get("size", "512")))
degrees = st.slider("Rotation limit", 0, 180, 15)
compose = as_compose(rotated_by(degrees))
columns = st.columns(3)
for seed in range(SAMPLES):
    compose.set_random_seed(seed)
    boxes = sample.labels.boxes
    after = compose(image=sample.image.copy(), bboxes=boxes.xyxy, labels=list(boxes.labels))
    picture = after["image"].copy()
    for x1, y1, x2, y2 in after["bboxes"].astype(int):
        cv2.rectangle(picture, (x1, y1), (x2, y2), (44, 85, 224), 3)
    columns[seed % 3].image(picture)
