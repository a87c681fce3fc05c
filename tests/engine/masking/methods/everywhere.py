"""The cases of a method, run on every engine that its SQL is compiled for."""

import pytest

from tests.engine.masking import engines

ENGINES = [
    pytest.param("duckdb", id="duckdb"),
    pytest.param("postgres", id="postgres"),
    pytest.param("mysql", id="mariadb", marks=pytest.mark.mariadb),
    pytest.param("spark", id="spark"),
]


@pytest.fixture(params=ENGINES)
def run(request):
    """A function (code, kind, values, options) → masked values on one engine."""
    dialect = request.param
    if dialect == "duckdb":
        return lambda code, _kind, *, values, options: engines.masked(code, *values, **options)
    fixture, execute = {
        "postgres": ("postgres_server", engines.in_postgres),
        "mysql": ("mariadb_server", engines.in_mariadb),
        "spark": ("sail_server", engines.in_spark),
    }[dialect]
    server = request.getfixturevalue(fixture)
    url = server if isinstance(server, str) else server.create_database()

    def there(code, kind, *, values, options):
        sql = engines.compiled(code, dialect, kind, values=values, options=options)
        return execute(sql, url)

    return there
