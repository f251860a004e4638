"""Vietnamese-English parallel text from comparable news."""

__version__ = "0.1.0"
