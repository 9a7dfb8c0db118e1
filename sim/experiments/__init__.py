"""What an analyst asks for: `run` an ensemble, `replay` one run of it."""
