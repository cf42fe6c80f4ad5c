"""One Asterisk of its own, with the configuration of infra/asterisk/conf: started, watched, frozen, killed, stopped.

Only `icall_here.conf` and the two files of those who may call (trunk, telephones) are filled in; everything else is
what an integrator copies to /etc/asterisk. It listens on loopback, at ports that are free, and keeps all it writes in
its folder.
"""

import os
import re
import secrets
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import Final, Self

from local.asterisk.packages import Unpacked
from local.aws.processes import ServerFailedError, ServerProcess, free_port

SAMPLES: Final = Path(__file__).resolve().parents[2] / "infra" / "asterisk" / "conf"
LOOPBACK: Final = "127.0.0.1"
APP: Final = "icall"
"""The name of the bridge, at ARI: its user and its application."""

_RTP_PORTS: Final = 500
_BOOT_SECONDS: Final = 30.0
_STOP_SECONDS: Final = 10.0

Sections = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class DeskPhone:
    """A telephone that may register under its name."""

    name: str
    secret: str
    encrypted: bool = False


@dataclass(frozen=True, slots=True)
class OutsidePhone:
    """A telephone outside that registers by its number, which is one like any other: `number` is in E.164.

    It shows its number as in `shown`.
    """

    number: str
    secret: str
    shown: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Where it listens and who may call.

    SIP and sound are at `host`, browsers and the bridge come to loopback. `trunk` is `host:port` of the one provider,
    who is known by the host; it must be none of the telephones' (loopback has many: 127.0.0.2). `second_route` is where
    callers go whom the cloud does not answer. Ports 0 take free ones.
    """

    host: str = LOOPBACK
    sip: int = 0
    tls: int = 0
    http: int = 0
    https: int = 0
    rtp: range | None = None
    trunk: str = "127.0.0.2:5060"
    phones: Sequence[DeskPhone] = ()
    outside: Sequence[OutsidePhone] = ()
    second_route: str = ""


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports that it was given."""

    sip: int
    tls: int
    http: int
    https: int
    rtp: range


class Instance:
    """A running Asterisk, from `start` to `stop`."""

    def __init__(self, unpacked: Unpacked, folder: Path, settings: Settings) -> None:
        self.folder = folder
        self.settings = settings
        self.ports = _ports(settings)
        self.secret = secrets.token_hex(16)
        """What the bridge signs in with at ARI."""
        self._unpacked = unpacked
        # A path of a socket may have no more than 107 characters.
        self._run = Path(mkdtemp(prefix="icall-pbx-"))
        self._server: ServerProcess | None = None

    @property
    def ari(self) -> str:
        """The address of ARI; the user is `APP`."""
        return f"http://{LOOPBACK}:{self.ports.http}/ari"

    @property
    def sip(self) -> str:
        """Where SIP is spoken, as host:port."""
        return f"{self.settings.host}:{self.ports.sip}"

    @property
    def sockets(self) -> str:
        """Where browsers' telephones come to."""
        return f"ws://{LOOPBACK}:{self.ports.http}/ws"

    @property
    def recordings(self) -> Path:
        """The folder in which recordings come to lie."""
        return self.folder / "spool" / "recording"

    @property
    def configuration(self) -> Path:
        """What it was started with."""
        return self.folder / "etc"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self._run, ignore_errors=True)

    def start(self) -> None:
        """Write the configuration and start; return when it has booted.

        Raises:
            ServerFailedError: it ended, or keeps silent; its log says why.
        """
        self._write()
        command = [*self._asterisk(), "-f", "-n"]
        server = self._server = ServerProcess("asterisk", command, self.ports.http, self._log)
        server.start()
        server.wait(_BOOT_SECONDS)
        self.says("core waitfullybooted")

    def says(self, command: str) -> str:
        """Ask at its console.

        Raises:
            ServerFailedError: it does not answer.
        """
        line = [*self._asterisk(), "-r", "-x", command]
        try:
            asked = subprocess.run(line, capture_output=True, text=True, timeout=_BOOT_SECONDS, check=False)  # noqa: S603  # our own words
        except subprocess.TimeoutExpired:
            raise ServerFailedError(f"asterisk does not answer; see {self._log}.") from None
        if asked.returncode != 0:
            raise ServerFailedError(f"asterisk has no console; see {self._log}.")
        return asked.stdout

    def is_alive(self) -> bool:
        """Tell whether its process is there, frozen or not."""
        pid = self._pid()
        if pid is None:
            return False
        with suppress(OSError):
            # A process that ended and that nobody has asked for yet is none.
            return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
        return False

    def freeze(self) -> None:
        """Let nothing move any more; its sockets stay open."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on as if no time had passed."""
        self._send(signal.SIGCONT)

    def kill(self) -> None:
        """End it at once, as a fault would; it may be started again."""
        self._send(signal.SIGKILL)
        self._forget()

    def stop(self) -> None:
        """End it in order, and at last in any case; nothing happens when it is gone."""
        self.thaw()
        self._forget()
        self._send(signal.SIGKILL)

    def _forget(self) -> None:
        if self._server:
            self._server.stop(_STOP_SECONDS)
        self._server = None

    def _send(self, what: signal.Signals) -> None:
        if self.is_alive() and (pid := self._pid()):
            with suppress(ProcessLookupError):
                os.kill(pid, what)

    def _pid(self) -> int | None:
        with suppress(OSError, ValueError):
            return int((self._run / "asterisk.pid").read_text("ascii"))
        return None

    @property
    def _log(self) -> Path:
        return self.folder / "log" / "asterisk.log"

    def _asterisk(self) -> list[str]:
        return [*self._unpacked.command("usr/sbin/asterisk"), "-C", str(self.configuration / "asterisk.conf")]

    def _write(self) -> None:
        (self._run / "asterisk.pid").unlink(missing_ok=True)
        for name in ("log", "spool/recording", "spool/tmp", "lib", "keys", "tls"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        # Ours lie over the package's, as they will in /etc/asterisk.
        for samples in (self._unpacked.root / "etc" / "asterisk", SAMPLES):
            shutil.copytree(samples, self.configuration, dirs_exist_ok=True, copy_function=shutil.copyfile)
        self._edit("icall_here.conf", lambda text: filled(text, self._here()))
        self._edit("icall_trunk.conf", lambda text: filled(text, self._trunk()))
        self._edit("icall_phones.conf", lambda text: text + self._phones())
        self._edit("asterisk.conf", lambda text: text + self._directories())
        self._certify()

    def _edit(self, name: str, change: Callable[[str], str]) -> None:
        path = self.configuration / name
        path.write_text(change(path.read_text("utf-8")), "utf-8")

    def _here(self) -> Sections:
        host, ports, keys = self.settings.host, self.ports, self.folder / "tls"
        return {
            "here-ari": {"password": self.secret},
            "here-udp": {"bind": f"{host}:{ports.sip}"},
            "here-tls": {
                "bind": f"{host}:{ports.tls}",
                "cert_file": str(keys / "icall.pem"),
                "priv_key_file": str(keys / "icall.key"),
            },
            "here-http": {
                "bindport": str(ports.http),
                "tlsbindaddr": f"{LOOPBACK}:{ports.https}",
                "tlscertfile": str(keys / "icall.pem"),
                "tlsprivatekey": str(keys / "icall.key"),
            },
            "here-sound": {"media_address": host, "bind_rtp_to_media_address": "yes"},
            "here-rtp": {"rtpstart": str(ports.rtp.start), "rtpend": str(ports.rtp.stop - 1)},
            "here-names": {
                "SOUNDS": str(self.configuration / "icall"),
                "SECOND_ROUTE": self.settings.second_route,
            },
            "here-music": {"directory": str(self.configuration / "icall" / "music")},
        }

    def _phones(self) -> str:
        return "".join([*map(_phone, self.settings.phones), *map(_outside, self.settings.outside)])

    def _trunk(self) -> Sections:
        return {"trunk": {"contact": f"sip:{self.settings.trunk}", "match": self.settings.trunk.partition(":")[0]}}

    def _directories(self) -> str:
        share = self._unpacked.root / "usr" / "share" / "asterisk"
        folders = {
            "astetcdir": self.configuration,
            "astmoddir": self._unpacked.modules,
            "astvarlibdir": self.folder / "lib",
            "astdbdir": self.folder / "lib",
            "astkeydir": self.folder,
            "astdatadir": share,
            "astagidir": share / "agi-bin",
            "astspooldir": self.folder / "spool",
            "astcachedir": self.folder / "spool" / "tmp",
            "astrundir": self._run,
            "astlogdir": self.folder / "log",
            "astsbindir": self._unpacked.root / "usr" / "sbin",
        }
        return "\n[directories]\n" + "".join(f"{name} => {path}\n" for name, path in folders.items())

    def _certify(self) -> None:
        """Make a certificate for loopback, which nobody else needs to trust."""
        keys = self.folder / "tls"
        if (keys / "icall.pem").exists():
            return
        (keys / "openssl.cnf").write_text("[req]\ndistinguished_name=dn\n[dn]\n", "ascii")
        words = ["req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-days", "365"]
        words += ["-config", str(keys / "openssl.cnf"), "-subj", "/CN=localhost"]
        words += ["-addext", f"subjectAltName=DNS:localhost,IP:{LOOPBACK}"]
        words += ["-keyout", str(keys / "icall.key"), "-out", str(keys / "icall.pem")]
        line = [*self._unpacked.command("usr/bin/openssl"), *words]
        subprocess.run(line, capture_output=True, check=True)  # noqa: S603  # our own words


def filled(text: str, values: Sections) -> str:
    """Give a sample with its named values filled in, those that are commented out there as well.

    Of several sections with one name, the first that has the value.

    Raises:
        KeyError: the sample has no such section, or no such value in it: sample and laptop do not fit any more.
    """
    for section, fields in values.items():
        for name, value in fields.items():
            place = rf"(?ms)^(\[{re.escape(section)}\](?:(?!^\[).)*?^);?{re.escape(name)}=.*?$"
            found = re.search(place, text)
            if found is None:
                raise KeyError(f"[{section}] {name}")
            text = f"{text[: found.start()]}{found[1]}{name}={value}{text[found.end() :]}"
    return text


def _phone(phone: DeskPhone) -> str:
    return _registered(phone.name, phone.secret, "desk-phone,encrypted" if phone.encrypted else "desk-phone")


def _outside(phone: OutsidePhone) -> str:
    """Give one that calls as somebody at the provider would."""
    return _registered(phone.number, phone.secret, "desk-phone", context="from-trunk", callerid=f"<{phone.shown}>")


def _registered(name: str, secret: str, template: str, **more: str) -> str:
    own = "".join(f"{key}={value}\n" for key, value in more.items())
    return f"""
[{name}]({template})
aors={name}
auth={name}
{own}[{name}](desk-phone-place)
[{name}]
type=auth
auth_type=digest
username={name}
password={secret}
"""


def _ports(settings: Settings) -> Ports:
    def free(wanted: int) -> int:
        return wanted or free_port()

    begin = free_port() // 2 * 2
    rtp = settings.rtp or range(begin, begin + _RTP_PORTS)
    return Ports(free(settings.sip), free(settings.tls), free(settings.http), free(settings.https), rtp)
