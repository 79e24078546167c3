"""The web server, wherever it is started from this folder: `gunicorn`. The command line overrides what stands here."""

from __future__ import annotations

wsgi_app = "supportvoice.asgi:application"
worker_class = "supportvoice.web_worker.WebWorker"
workers = 2
# Loaded once, before the processes part: they share what none of them changes.
preload_app = True
# Seconds: a connection without a request; from being told to stop to the end.
keepalive = 5
graceful_timeout = 18
control_socket_disable = True
