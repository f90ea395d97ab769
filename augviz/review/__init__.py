"""Expert review: a person judges, and the verdict travels with the pipeline (docs/decisions/0011-review-store.md).

::

    plan        which images, which draws, which controls; fixed by a seed
    queue       in which order each reviewer sees them, and what comes next
    rendering   the pictures that are judged, and what was done to them
    making      a review drawn and stored, or nothing of it
    questions   what reviewers are asked first, by the kind of images
    place       where reviews are kept, without opening anything
    judgement   the scale, one verdict, and which of several rows counts
    store       what was planned and said, in SQLite or PostgreSQL; the only room that knows SQLAlchemy
    settling    one outcome an image from what several reviewers said
    agreement   how far reviewers agree
    learning    rates with intervals: of all, by class, by step, by strength
    reviewers   how far each reviewer can be trusted, from the controls
    overruling  an expert's word against a rule's severity
    findings    all of it as one value; report, as_json and header say it

Rules and measurements only suspect. The last word on a label is a person's: would you give the same one?
"""
