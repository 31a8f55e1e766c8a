"""How fast Attune is, beside a server written by hand that does the same durable work.

`python -m bench` (or `make bench`) prints the figures; it proves nothing about a
machine it was not run on, and it sets no limits: the tests hold no times.
"""
