"""qcode: qualitative coding in plain files, counted per case, phase and perspective."""

__version__ = "0.1.0"
