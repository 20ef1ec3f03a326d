"""The database: schema and migrations, the one writer, the frontier, captures and history.

Imports nothing of Scrapy's engine. Everything of one page is written in one transaction.
"""
