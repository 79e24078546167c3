"""What Prometheus is told of the phone side: counted by the web processes in Redis, or stored in the database."""
