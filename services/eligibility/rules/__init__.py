"""Conditions: nodes as written and what is known in; three-valued verdicts, open questions and coming days out."""
