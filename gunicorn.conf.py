"""The web server, wherever it is started from this folder: `gunicorn`. The command line overrides what stands here."""

from __future__ import annotations

from supportvoice.web_worker import child_exit  # noqa: F401  a setting of its own name

wsgi_app = "supportvoice.asgi:application"
worker_class = "supportvoice.web_worker.WebWorker"
workers = 2
# Loaded once, before the processes part: they share what none of them changes.
preload_app = True
# Seconds. Longer than a proxy keeps a connection that it does not use (nginx 60, Caddy 120): closed from this end, a
# delivery may be on it already, and Caddy does not send one twice.
keepalive = 130
# From being told to stop to the end: supportvoice/web_worker.py has the parts.
graceful_timeout = 18
control_socket_disable = True
