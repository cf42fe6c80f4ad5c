"""Documents that people write: bounded, read field by field, every mistake with its place."""
