"""Results: what did the experts say, how sure is it, and where do they differ?"""

import streamlit as st

from augviz.ui.review import disagreements, overrule, reports, results, seal

st.title("What experts said")
found = results.opened()
if found is not None:
    seal.not_reviewed_banner(found.review)
    results.verdict(found)
    reports.downloads(found)

    st.header("Where labels change")
    results.rate_tables(found)
    st.header("Reviewers")
    results.reviewers(found)
    st.header("Where they disagree")
    disagreements.disputed_list(found)
    st.header("Against the rules")
    overrule.overrule_box(found)
    reports.deletion(found)
