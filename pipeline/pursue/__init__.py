"""Searches for what a version lacks.

question  asks the model for searches
stage     asks the question and stores the searches for the next run
"""
