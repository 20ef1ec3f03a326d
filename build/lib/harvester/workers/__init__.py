"""Reads captures in other processes, here or on a cluster, so that no page can harm the harvest.

A page is untrusted input to parsers written in C: it may loop, eat all memory or crash the interpreter.
So each is read by a child process under limits (`child`), watched by a `guard`; an `executor` runs many
guards at once. Nothing here touches the database or the network (but for a cluster the user names).
"""
