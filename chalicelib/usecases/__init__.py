"""The first floor: one verb a file, each a function of a request and the World."""
