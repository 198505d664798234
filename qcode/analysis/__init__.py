"""What the codings say: counts over one tidy row per coding. Values in, values out; nothing is printed here."""
