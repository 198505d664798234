"""What things are: frozen records, and functions from values to values. Opens no file."""
