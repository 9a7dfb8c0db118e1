"""What must hold across a scenario: one file per part, all faults at once."""
