"""CRMs behind one small interface. Which there are: `connections.py`; what an adapter is: `interface.py`."""

from __future__ import annotations
