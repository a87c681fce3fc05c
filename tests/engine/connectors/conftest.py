"""The shared database servers."""

from tests.servers import mariadb_server, postgres_server  # noqa: F401
