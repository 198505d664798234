"""Other people's formats. Each reader takes bytes and gives a value; none opens a file."""
