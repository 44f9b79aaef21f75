"""The parts of the demo that scripts/demo.py runs."""
