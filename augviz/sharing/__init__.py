"""Handing one's work to a colleague: a link for the pipeline, a project file for everything.

:mod:`~augviz.sharing.state` is what a link carries, :mod:`~augviz.sharing.link` its short text form, and
:mod:`~augviz.sharing.project` the zip with labels, pins and pictures. Whatever comes in is looked at field by field;
nothing of it is evaluated, and a name in it is never a path.
"""
