"""The phone agents as files: read, checked, compared with Vapi, and brought there."""
