"""How the sentence encoder learns this service's language: run by hand, when the training sentences have changed much.

    python -m bot.understanding.tuning        (make tune; half an hour on two cores)

The result, encoder/tuned.npz, is part of the project; nobody who installs or trains needs this. See
docs/decisions/0008-own-encoder.md.
"""
