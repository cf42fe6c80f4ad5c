"""The stack: what is declared (template.yaml), made anywhere (resources) and packaged for AWS (package)."""
