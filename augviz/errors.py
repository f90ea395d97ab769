"""What can go wrong, said so that a person can mend it.

::

    AugvizError                    every error we raise on purpose
    ├── InputError                 something that came in from outside is not usable
    │   ├── ImageError             … an image file
    │   ├── LabelError             … a label file or a label value
    │   ├── ArchiveError           … a zip
    │   └── PipelineError          … a pipeline file, or a value in a pipeline
    ├── StepError                  a step of the pipeline could not run on this image
    └── VerificationError          the export could not be verified (not: it differs)

Every error carries three parts: *what* is wrong, *where*, and the *mend*. ``str(error)`` joins them to one
or two sentences that can be shown to a visitor as they are.

Things that are left out or changed while the rest goes on are not errors but :class:`Problem` values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


class AugvizError(Exception):
    """Base of all errors that are raised on purpose.

    Args:
        what: What is wrong, without a full stop ("the file is empty").
        where: File, line, step or field ("cat.txt, line 3"); may be empty.
        mend: What the person can do ("Save it again as PNG."); a whole sentence, or empty.
    """

    def __init__(self, what: str, *, where: str = "", mend: str = "") -> None:
        self.what = what
        self.where = where
        self.mend = mend
        super().__init__(sentence(what, where, mend))


class InputError(AugvizError):
    """Something that came in from outside is not usable."""


class ImageError(InputError):
    """An image file cannot be used."""


class LabelError(InputError):
    """A label file, or a value in it, cannot be used."""


class ArchiveError(InputError):
    """A zip cannot be used."""


class PipelineError(InputError):
    """A pipeline file, or a value in a pipeline, cannot be used."""


class StepError(AugvizError):
    """A step could not run on this image."""


class VerificationError(AugvizError):
    """The export could not be verified; nothing is said about whether it differs."""


@dataclass(frozen=True)
class Problem:
    """One thing that was left out or changed while everything else went on.

    Attributes:
        where: File, line, object or field ("labels.json, annotation 12"); may be empty.
        what: What is wrong, without a full stop.
        mend: What was done about it, or what the person can do; a whole sentence, or empty.
        kind: ``"left out"`` (it is missing now), ``"changed"`` (it was mended), ``"note"`` (nothing is missing).
    """

    where: str
    what: str
    mend: str = ""
    kind: Literal["left out", "changed", "note"] = "left out"

    def __str__(self) -> str:
        return sentence(self.what, self.where, self.mend)

    @classmethod
    def of(cls, error: AugvizError, kind: Literal["left out", "changed", "note"] = "left out") -> Problem:
        """The same three parts as an error, as a value."""
        return cls(error.where, error.what, error.mend, kind)


def sentence(what: str, where: str = "", mend: str = "") -> str:
    """Join the three parts to readable text.

    >>> sentence("the file is empty", "cat.png", "Upload it again.")
    'cat.png: the file is empty. Upload it again.'
    """
    text = f"{where}: {what}" if where else what[:1].upper() + what[1:]
    text = text if text.endswith((".", "!", "?")) else text + "."
    return f"{text} {mend}".rstrip()
