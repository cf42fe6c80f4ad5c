"""The short form over a product with a fault in it; a process of its own, told by its environment which."""

import os
import sys

from tests.interleavings.mutating import FAULT, install

if __name__ == "__main__":
    if os.environ.get(FAULT):
        install(os.environ[FAULT])
    from tests.interleavings.__main__ import main

    sys.exit(main(["--short"]))
