from tests.servers import mariadb_server, postgres_server, sail_server

__all__ = ["mariadb_server", "postgres_server", "sail_server"]
