"""Station 5, eligibility: what is known of a person and rules as data in; verdicts with reasons out.

The way of a question: facts/ what can be known, and what is known → rules/ conditions as closures, three-valued →
outcome/ points, money, doses → scheme.py all of it on one day → assess.py one scheme with its reasons (explain.py,
counted.py), screen.py all schemes, batch.py many people → api.py. Written rules come in by models.py, lint.py and
files.py; cases.py and check.py try them.
"""
