"""Answers that were not ready in time, brought into the running call. Each is said once, or it is said why not."""
