"""Statistics of arrays: they know no scenario, no files and no engine."""
