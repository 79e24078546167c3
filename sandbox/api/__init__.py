"""Vapi's REST API as far as it is asked, over real HTTP, in local mode only."""
