"""The demo: everything on this machine, started and stopped as one."""
