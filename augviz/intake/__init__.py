"""The door for what people bring: pictures, label files and zips of both become samples.

:func:`take_in` takes files from memory (an upload), :func:`files_from_paths` fetches them from the disk (the command
line). Whatever cannot be used is said in one sentence, and everything else stays.
"""

from augviz.intake.labelling import merge_labels
from augviz.intake.limits import Limits
from augviz.intake.paths import files_from_paths
from augviz.intake.taking import Intake, take_in

__all__ = ["Intake", "Limits", "files_from_paths", "merge_labels", "take_in"]
