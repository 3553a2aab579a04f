"""How a tagger is used: predictor, windows, runtime, files in and out."""
