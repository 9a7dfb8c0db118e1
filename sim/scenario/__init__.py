"""The scenario format: quantities, the typed model, and loading from files."""
