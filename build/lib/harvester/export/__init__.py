"""The archive in other people's formats: tables, references, a data package, a database to publish.

Reads in one snapshot, so that an export is whole while a harvest goes on. Imports nothing of Scrapy.
"""
