"""A thousand calls as an installation hears them, and what became of each event."""
