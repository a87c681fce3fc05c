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
from tests.engine.foreign_tables import foreign, mapped  # noqa: F401
from tests.servers import mariadb_server, postgres_server  # noqa: F401
