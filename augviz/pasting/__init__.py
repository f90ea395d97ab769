"""Pipelines out of pasted text: code of Albumentations and torchvision, settings of Ultralytics, YAML and JSON.

Nothing that is pasted is run: code is parsed, and only literals and known calls are read from it.
"""

from augviz.pasting.reading import Form, Pasted, read

__all__ = ["Form", "Pasted", "read"]
