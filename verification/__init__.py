"""Longer checks than the tests; see README.md beside this file."""
