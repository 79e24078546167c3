"""Local mode's servers: a PostgreSQL and a Valkey that pip brought along, each run in a folder of its own."""
