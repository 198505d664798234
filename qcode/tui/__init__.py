"""The coding desk: a transcript, a codebook and a keyboard. Shows and asks; what it saves with is handed to it."""
