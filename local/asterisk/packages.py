"""Asterisk, and a voice to speak with, out of Debian's packages, unpacked into a folder: no root and no container.

apt resolves everything down to the C library against an empty list of what is installed, so that nothing of this
machine is used or changed, and proves the packages by Debian's signatures. No script of a package is run.
"""

import fcntl
import getpass
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SUITE: Final = "sid"
"""Debian keeps Asterisk in unstable alone: stable has had none since 2023."""

PACKAGES: Final = ("asterisk", "espeak-ng", "openssl")
TOOLS: Final = Path(__file__).resolve().parents[2] / ".local" / "asterisk"

_WHOLE: Final = ".whole"
"""Stands in a folder that was unpacked to its end, and lists what it holds."""
_SOURCES: Final = ("sources.list", "sources.list.d/debian.sources")
_KEYRING: Final = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_NEVER_USED: Final = re.compile(
    r"perl|libperl|gnupg|gpg|dirmngr|pinentry|tzdata|pci\.ids|libsnmp-base|passwd_|login|adduser|debconf|dpkg_|.*-sounds-"
)
"""What other packages bring along and Asterisk never loads."""
_NEVER_READ: Final = ("doc", "man", "locale", "i18n", "info", "lintian", "bug")


class UnavailableError(Exception):
    """Asterisk cannot be had here; the sentence says what is missing."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A folder with the packages in it."""

    root: Path

    def command(self, program: str) -> list[str]:
        """How to start one of its programs, such as `usr/sbin/asterisk`: by its own loader, with its own libraries."""
        return [str(self._loader), "--library-path", self._libraries, str(self.root / program)]

    @property
    def espeak(self) -> list[str]:
        """How to start its espeak-ng, before all arguments."""
        data = next(self.root.glob("usr/lib/*/espeak-ng-data"))
        return [*self.command("usr/bin/espeak-ng"), f"--path={data.parent}"]

    def speak(self, language: str) -> list[str]:
        """How to start its espeak-ng, which reads text from standard input and writes WAV to standard output."""
        return [*self.espeak, "-v", language, "--stdin", "--stdout"]

    @property
    def modules(self) -> Path:
        """Asterisk's modules."""
        return next(self.root.glob("usr/lib/*/asterisk/modules"))

    @property
    def _loader(self) -> Path:
        return next(self.root.glob("usr/lib/*/ld-linux*.so.*"))

    @property
    def _libraries(self) -> str:
        own = self._loader.parent
        return ":".join(map(str, (own, own / "pulseaudio", self.root / "usr/lib", self.root / "usr/lib/asterisk")))


def is_installed(folder: Path = TOOLS) -> bool:
    """Tell whether they are there already."""
    return _is_whole(folder / SUITE)


def install(folder: Path = TOOLS) -> Unpacked:
    """Give the packages, fetched into the folder the first time.

    Raises:
        UnavailableError: this machine is none that knows Debian's packages, or cannot reach them.
    """
    target = folder / SUITE
    if _is_whole(target):
        return Unpacked(target)
    folder.mkdir(parents=True, exist_ok=True)
    # Tests in several processes may all be the first.
    with (folder / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_whole(target):
            _make(folder, target)
    return Unpacked(target)


def _is_whole(target: Path) -> bool:
    """Tell whether all that is wanted today was unpacked here."""
    with suppress(FileNotFoundError):
        return {*PACKAGES} <= {*(target / _WHOLE).read_text("utf-8").split()}
    return False


def _make(folder: Path, target: Path) -> None:
    apt = _Apt(folder / "apt")
    try:
        archives = apt.fetch(PACKAGES)
        half_done = target.with_suffix(".part")
        for old in (half_done, target):
            shutil.rmtree(old, ignore_errors=True)
        half_done.mkdir()
        for archive in archives:
            _unpack(archive, half_done)
        (half_done / _WHOLE).write_text("\n".join(PACKAGES), "utf-8")
        half_done.rename(target)
    finally:
        shutil.rmtree(apt.folder, ignore_errors=True)


class _Apt:
    """apt with its own list of sources, its own folders, and nothing installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for tool in ("apt-get", "dpkg-deb", "tar"):
            if not shutil.which(tool):
                raise UnavailableError(f"no {tool} here: Asterisk is taken from Debian's packages")
        if not _KEYRING.exists():
            raise UnavailableError(f"{_KEYRING} is missing (package debian-archive-keyring): packages cannot be proved")

    def fetch(self, packages: Sequence[str]) -> list[Path]:
        """Give the archives of the packages and of all that they need."""
        shutil.rmtree(self.folder, ignore_errors=True)
        archives = self.folder / "cache" / "archives"
        for each in (archives, self.folder / "lists"):
            (each / "partial").mkdir(parents=True)
        (self.folder / "status").touch()
        (self.folder / "sources.list").write_text(f"deb [signed-by={_KEYRING}] {_mirror()} {SUITE} main\n", "utf-8")
        self._get("update")
        self._get("install", "--yes", "--download-only", *packages)
        return sorted(path for path in archives.glob("*.deb") if not _NEVER_USED.match(path.name))

    def _get(self, *words: str) -> None:
        options = {
            "Dir::Etc::sourcelist": self.folder / "sources.list",
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::State": self.folder,
            "Dir::State::lists": self.folder / "lists",
            "Dir::State::status": self.folder / "status",
            "Dir::Cache": self.folder / "cache",
            "Debug::NoLocking": "true",
            "APT::Sandbox::User": getpass.getuser(),
            "APT::Install-Recommends": "false",
            "Acquire::Languages": "none",
            "Acquire::Retries": "3",
        }
        settings = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        done = subprocess.run(  # noqa: S603  # our own words
            ["apt-get", "-qq", *settings, *words],  # noqa: S607  # the machine's own
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
            raise UnavailableError(f"apt-get {words[0]} could not fetch from {_mirror()} {SUITE}: {' '.join(last)}")


def _mirror() -> str:
    """Give the mirror of Debian that this machine uses; no other is ever asked."""
    for address in _addresses():
        if "debian" in address and "security" not in address:
            return address
    raise UnavailableError("this machine's /etc/apt names no mirror of Debian to take Asterisk from")


def _addresses() -> Iterator[str]:
    for name in _SOURCES:
        with suppress(OSError):
            text = (Path("/etc/apt") / name).read_text("utf-8")
            yield from re.findall(r"(?m)^(?:URIs:|deb\b(?:\s*\[[^\]]*\])?)\s*(https?://\S+)", text)


def _unpack(archive: Path, into: Path) -> None:
    """Unpack as dpkg would, without what is never read; folders that are links stay links."""
    skipped = [f"--exclude=./usr/share/{name}" for name in _NEVER_READ]
    with subprocess.Popen(  # noqa: S603  # apt has proved it
        ["dpkg-deb", "--fsys-tarfile", str(archive)],  # noqa: S607  # the machine's own
        stdout=subprocess.PIPE,
    ) as opened:
        line = ["tar", "-x", "-C", str(into), "--keep-directory-symlink", "--no-same-owner", *skipped]
        unpacked = subprocess.run(line, stdin=opened.stdout, check=False)  # noqa: S603  # our own words
    if opened.returncode or unpacked.returncode:
        raise UnavailableError(f"{archive.name} could not be unpacked: is the disk full?")


if __name__ == "__main__":
    # Fetched while nobody waits for it yet; where it cannot be had, whoever needs it is told why.
    with suppress(UnavailableError):
        install()
