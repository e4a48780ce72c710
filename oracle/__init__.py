"""Our evaluator held against OpenFisca, which never ships: `make oracle`.

export.py runs with our packages: rules, random people and our verdicts → files. openfisca_side.py runs in an
environment of its own (requirements/oracle.lock), shares no code with us and judges the same people. No verdict may
differ.
"""
