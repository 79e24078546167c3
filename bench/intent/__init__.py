"""How well the judgement of the caller's words does: a labelled set in two halves, and what is measured on it."""
