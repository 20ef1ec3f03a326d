"""Scrapy middlewares, one a file."""
