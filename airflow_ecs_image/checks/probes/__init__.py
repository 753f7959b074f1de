"""Scripts that run inside the image under test, sent to its Python on standard input.

Each defines `probe(arguments)`, which returns what it found as a JSON object. They use the standard library
of Python 3.10 or later, import Airflow only where that is what they measure, and nothing of this toolkit.
"""
