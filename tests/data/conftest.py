from tests.engine.connectors.stores import (
    certificate,
    ftp,
    ftps,
    ftps_server,
    root,
    sftp,
    sftp_class,
)
from tests.servers import mariadb_server, postgres_server

__all__ = [
    "certificate",
    "ftp",
    "ftps",
    "ftps_server",
    "mariadb_server",
    "postgres_server",
    "root",
    "sftp",
    "sftp_class",
]
