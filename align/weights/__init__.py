"""Weights of the shipped models, one readable file each."""
