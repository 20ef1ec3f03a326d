"""Harvester of the Wilson Center Digital Archive."""

__version__ = "0.1.0"
