"""The shared database servers."""

from tests.engine.connectors.stores import (  # noqa: F401
    certificate,
    ftp,
    ftps,
    ftps_server,
    root,
    sftp,
    sftp_class,
    store,
)
from tests.servers import mariadb_server, postgres_server  # noqa: F401
