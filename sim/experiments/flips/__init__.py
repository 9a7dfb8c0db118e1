"""The search for what would reverse a claim, stage by stage."""
