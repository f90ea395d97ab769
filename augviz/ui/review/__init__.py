"""The pages of expert review: make one, judge, read what came of it.

::

    access      the one place that opens the store, and only when somebody asks for a review
    making      the form of a new review
    listing     the reviews there are, and the link to give away
    arrival     who judges which review
    hearing     what the browser says becomes rows of the store; each once
    desk        the picture one judges, as a component
    results     what was found; tables, adjudicating and overruling beside it
    seal        the line about a review in an exported file
"""
