"""The page of policies and presets, section by section; what is chosen there is a
:class:`augviz.ui.policies.choice.Chosen`.
"""
