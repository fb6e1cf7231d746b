"""Tests, in folders that say what they test."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
"""The checkout."""
