"""The reading room's Datasette plugin.

This package is copied whole into `output/plugins/`, so that a published copy of the archive needs no
harvester: it imports the standard library, Datasette and, where installed, nh3.
"""
