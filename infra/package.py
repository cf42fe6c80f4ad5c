"""Packages the stack for AWS: `python -m infra.package OUT` writes OUT/sam.yaml and OUT/deployment.zip.

Bytecode is compiled into the bundle: without it a cold start takes about twice as long. It fits the runtime
only when this very Python has the runtime's minor version, so anything else is refused.
"""

import argparse
import compileall
import os
import py_compile
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Final

from infra.resources import TEMPLATE

RUNTIME: Final = (3, 11)
# A zip entry's time is part of the bundle's hash: one fixed time makes equal sources give equal bundles.
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def package(project: Path, out: Path, stage: str = "dev") -> Path:
    """Writes the merged template and the bundle into `out`; answers the template's path."""
    if sys.version_info[:2] != RUNTIME:
        wanted = ".".join(map(str, RUNTIME))
        raise SystemExit(f"Packaging needs Python {wanted}, the runtime's version; this is {sys.version}.")
    _chalice_package(project, out.resolve(), stage)
    compile_bundle(out / "deployment.zip")
    return out / "sam.yaml"


def _chalice_package(project: Path, out: Path, stage: str) -> None:
    # chalice only forms names with the region (a service's principal); no account is asked.
    environment = {"AWS_DEFAULT_REGION": "us-east-1"} | dict(os.environ)
    command = [sys.executable, "-c", "import sys, chalice.cli; sys.exit(chalice.cli.main())", "package"]
    options = ["--stage", stage, "--template-format", "yaml", "--merge-template", str(TEMPLATE), str(out)]
    ended = subprocess.run([*command, *options], cwd=project, env=environment, check=False)  # noqa: S603  # our words
    if ended.returncode != 0:
        raise SystemExit("chalice could not package the app; it said above why.")


def compile_bundle(bundle: Path) -> None:
    """Adds bytecode to a bundle, whose times and order become fixed."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with zipfile.ZipFile(bundle) as archive:
            archive.extractall(root)
        # Unchecked: Lambda unpacks with times of its own, which would make checked bytecode stale.
        compileall.compile_dir(
            root, quiet=2, stripdir=folder, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH
        )
        _zip(root, bundle)


def _zip(root: Path, bundle: Path) -> None:
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(root.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(root).as_posix(), _EPOCH)
                entry.external_attr = (path.stat().st_mode & 0o777 | 0o444) << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m infra.package", description="Package the stack for AWS.")
    parser.add_argument("out", type=Path, help="folder for sam.yaml and deployment.zip")
    parser.add_argument("--stage", default="dev", help="a stage of .chalice/config.json (default: dev)")
    arguments = parser.parse_args()
    print(package(Path.cwd(), arguments.out, arguments.stage))


if __name__ == "__main__":
    main()
