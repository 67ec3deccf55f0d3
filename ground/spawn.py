"""Starting a process that never outlives us, with rights that PostgreSQL accepts."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ground import GroundError

PR_SET_PDEATHSIG = 1
NOBODY = "nobody"
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Rights:
    """How to start a program that refuses root: as another user, or inside a user name space of its own."""

    uid: int
    gid: int
    user: str | None = None
    prefix: tuple[str, ...] = ()


def rights_for(*places: Path) -> Rights:
    """Rights under which a program that refuses root can work in `places`. Raises GroundError when there are none."""
    if os.geteuid() != 0:
        return Rights(os.geteuid(), os.getegid())
    nobody = pwd.getpwnam(NOBODY)
    if all(_open_to_all(place) for place in places):
        return Rights(nobody.pw_uid, nobody.pw_gid, user=NOBODY)
    prefix = ("unshare", "--user", f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}")
    if shutil.which("unshare") and shutil.which("setpriv") and _works([*prefix, "true"]):
        return Rights(0, 0, prefix=prefix)
    closed = next(place for place in places if not _open_to_all(place))
    raise GroundError(
        f"PostgreSQL does not run as root, and {closed} is closed to other users: move the project out of a private "
        "folder, run it as an ordinary user, or name a server in DATABASE_URL"
    )


def _open_to_all(place: Path) -> bool:
    resolved = place.resolve()
    return all(folder.stat().st_mode & 0o001 for folder in (resolved, *resolved.parents) if folder.is_dir())


def _works(command: Sequence[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def own(folder: Path, rights: Rights) -> None:
    """Give an existing tree to the user who will work in it (after a change between root and an ordinary user)."""
    if os.geteuid() != 0 or folder.stat().st_uid == rights.uid:
        return
    for place in (folder, *folder.rglob("*")):
        os.chown(place, rights.uid, rights.gid, follow_symlinks=False)


def die_with_parent(stop_signal: int = signal.SIGTERM) -> Callable[[], None]:
    """A preexec function: the kernel sends `stop_signal` when the thread that forked ends, even by kill -9.

    It runs after Popen has changed the user, since the kernel forgets the wish at a change of user.
    """
    parent = os.getpid()

    def ask() -> None:
        os.setsid()  # Ctrl-C reaches the supervisor only, which then stops everything in order
        _libc.prctl(PR_SET_PDEATHSIG, stop_signal)
        if os.getppid() != parent:
            os._exit(1)

    return ask


def spawn(
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    rights: Rights | None = None,
    stop_signal: int = signal.SIGTERM,
    output: int | IO[bytes] = subprocess.DEVNULL,
    folder: Path | None = None,
) -> "subprocess.Popen[bytes]":
    """Start `command` so that it ends when we do. Both output streams go to `output`."""
    change: dict[str, Any] = {}
    if rights and rights.user:
        change = {"user": rights.uid, "group": rights.gid, "extra_groups": []}
    if rights and rights.prefix:
        # A new name space makes the kernel forget the death signal: setpriv asks again inside it.
        command = [*rights.prefix, "setpriv", f"--pdeathsig={signal.Signals(stop_signal).name[3:]}", *command]
    return subprocess.Popen(
        list(command),
        env=dict(environment) if environment is not None else None,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        preexec_fn=die_with_parent(stop_signal),
        cwd=folder,
        **change,
    )


def stop(process: "subprocess.Popen[bytes]", stop_signal: int = signal.SIGTERM, patience: float = 10.0) -> None:
    """Ask the process to end, wait `patience` seconds, then end it."""
    if process.poll() is None:
        process.send_signal(stop_signal)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def until(
    ready: Callable[[], bool], *, seconds: float, what: str, process: "subprocess.Popen[bytes] | None" = None
) -> None:
    """Wait for `ready()`. Raises GroundError when `what` is not ready in time or its process has ended."""
    end = time.monotonic() + seconds
    while not ready():
        if process is not None and process.poll() is not None:
            raise GroundError(f"{what} ended while starting (exit code {process.returncode})")
        if time.monotonic() > end:
            raise GroundError(f"{what} was not ready after {seconds:.0f} seconds")
        time.sleep(0.03)
