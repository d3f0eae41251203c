"""The Flask composition root and its faces.

`__version__` is the version of the distribution.
"""

__version__ = "0.1.0"
