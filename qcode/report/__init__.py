"""How it is shown: tables as values, and one renderer per format."""
