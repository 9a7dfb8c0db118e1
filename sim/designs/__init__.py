"""What varies in a study, and at which points."""
