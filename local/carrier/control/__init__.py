"""What people use: the control API (`routes.py`), the phone page (`pages.py`), and who may (`neighbours.py`).

`access_tokens.py` reads the tokens by which a browser registers as a telephone.
"""
