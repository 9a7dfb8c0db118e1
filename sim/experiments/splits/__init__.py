"""Replications of a rare event: computed and stored in batches, and what they come to."""
