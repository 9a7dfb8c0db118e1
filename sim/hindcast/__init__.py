"""The model against history: coding of histories, targets, predictions, scores, calibration."""
