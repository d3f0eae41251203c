"""Figures and rules for everybody: what is promised, read from the running tables."""
