"""Where sockets lie: beside the data, or in a short folder when the path would be too long for a Unix socket."""

import hashlib
import os
import tempfile
from pathlib import Path

from ground import GroundError

LONGEST = 107 - len("/postgres/.s.PGSQL.5432.lock")


def socket_folder(data: Path, name: str = "") -> Path:
    """Folder for the sockets of the data folder `data`; made, and ours alone to write in."""
    base = data.resolve() / "run"
    if len(str(base)) > LONGEST:
        mark = hashlib.sha256(str(base).encode()).hexdigest()[:12]
        base = Path(tempfile.gettempdir()) / f"bawaba-{os.getuid()}-{mark}"
    base.mkdir(mode=0o711, parents=True, exist_ok=True)
    if base.is_symlink() or base.stat().st_uid != os.getuid():
        raise GroundError(f"{base} belongs to somebody else: remove it or choose another DATA_DIR")
    base.chmod(0o711)
    return base / name if name else base
