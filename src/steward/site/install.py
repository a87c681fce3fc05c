"""What every installation has after its migrations: the contract packs of the library."""

from datetime import datetime

from steward.contracts.packs import api as packs
from steward.kernel.actors import Actor

INSTALLER = Actor.system("安装")


def install(*, now: datetime) -> None:
    """Idempotent; calendars and built-in roles install themselves after each migration."""
    known = {contract.code for contract in packs.all_contracts()}
    for code in packs.library():
        if code not in known:
            packs.load_library_pack(code, by=INSTALLER, now=now)
