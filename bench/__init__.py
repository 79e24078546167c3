"""Measured on a whole installation: what docs/benchmarks.md shows."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportvoice.settings")
os.environ.setdefault("LOCAL_MODE", "1")
django.setup()
