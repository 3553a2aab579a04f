"""What a tagger is: documents, scheme, text, tagging layers, the saved folder."""
