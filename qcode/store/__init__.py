"""Where things lie: the only room that opens a user's files."""
