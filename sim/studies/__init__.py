"""Many points in one pass of the engine: what a study is made of, and where its work is done."""
