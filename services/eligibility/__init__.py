"""Station 5, eligibility: what is known of a person and rules as data in; verdicts with reasons out. See docs."""
