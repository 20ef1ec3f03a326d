"""Measures the harvester against the bare limits of the machine: `python -m benchmarks [--full]`.

What is read is made here, deterministic by seed and of any size, and lands in `benchmarks/data`; a
result is a ratio of two times of one run, printed as a table and kept in `benchmarks/results`.
"""
