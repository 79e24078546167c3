"""CRMs to try things with: they behave as the real ones do over real HTTP, traps included, and keep a ledger."""
