"""The flow language: reading.py makes a flow of a document, engine.py walks a call through it."""
