"""What managers see: the live board, the list of calls, one call."""
