"""The outside: Vapi's REST API."""
