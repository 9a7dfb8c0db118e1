"""The model in lanes: compiled code that advances many runs at once, one file per process."""
