"""Models that say what is in a picture, run apart from everything else; the only room that knows onnxruntime and onnx.

A model is a stranger's program. It is read and run by a process of its own with a limit of time and of memory
(docs/decisions/0010-models.md), and pictures travel there and answers back as plain bytes.
"""
