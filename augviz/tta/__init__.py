"""Test-time augmentation: several views of one picture, what a model says of each, and one answer from all.

::

    View            a fixed pipeline: one way to look at a picture              frozen
    Seen            the picture as that view shows it, and the way back         from look(view, sample, card)
    Reading         what a model said of one view, and how long it took         from read_views(…)
    merging         one answer from all readings, beside the single view
    gain, witness   what the views buy on labelled images; whether a model still says the same after augmentation
"""
