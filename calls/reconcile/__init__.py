"""What Vapi's webhooks lost: filled from its API, counted day by day, and noticed while a call is still running."""
