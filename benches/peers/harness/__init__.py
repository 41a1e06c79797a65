"""The driver: installs, builds, generates, runs in turn, compares, prints. Nothing but Python's standard library."""
