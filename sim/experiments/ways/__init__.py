"""The typical ways to an event: runs along their lineages, reduced to what was decisive."""
