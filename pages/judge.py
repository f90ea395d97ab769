"""Judge: which label would you give this picture, and is it still the one that is stored?"""

from augviz.ui.review import arrival, desk

judging = arrival.judging()
if judging is not None:
    desk.desk(judging)
    arrival.who(judging)
