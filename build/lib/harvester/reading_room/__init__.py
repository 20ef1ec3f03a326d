"""What Datasette needs to show the archive: `kit.install` lays it into the output directory.

`plugin/` becomes `output/plugins/wilson_reading_room/`, `assets/` is copied as it stands, and
`metadata.yaml` is written from `metadata.py`. Imports nothing of Scrapy.
"""
