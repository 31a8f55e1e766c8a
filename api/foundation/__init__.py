"""The ground every room stands on; it knows no concept of the product.

A closed list: settings, database, errors, problems, strict JSON, routing, journal,
schemas, pagination, etags, clock, ids, crypto, logging, frame, metrics. A file
belongs here only if it would make sense in a shop that sells shoes.
"""
