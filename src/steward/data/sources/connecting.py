"""From a registered source to the connectors of the engine and to its server."""

from steward.core.notify.api import unseal
from steward.data.sources.choices import Engine
from steward.data.sources.models import Source
from steward.data.sources.servers import Account, Server, server_for
from steward.engine.connectors.base import Connector, connector_for
from steward.engine.connectors.location import Location, Secret
from steward.engine.connectors.rejects import Rejects
from steward.kernel.errors import InvalidError

PASSWORD, MANAGER_PASSWORD = "password", "manager_password"


class NoManagerError(InvalidError):
    """Rights can only be changed with an account that may grant them."""

    code = "sources.no_manager"


class NotADatabaseError(InvalidError):
    """A place of files was asked for its tables."""

    code = "sources.not_a_database"


def location_of(source: Source, item: str = "") -> Location:
    """Where a database is, as its reading account; `item` is the table."""
    password = unseal(source.secrets).get(PASSWORD, "")
    on_socket = source.host.startswith("/")
    return Location(
        scheme=source.engine,
        path=f"/{source.database}".replace("//", "/"),
        host="" if on_socket else source.host,
        port=None if on_socket else source.port,
        user=source.username,
        secret=Secret(password),
        options={"host": source.host} if on_socket else {},
        item=item,
    )


def connector_to(source: Source, item: str = "", *, rejects: Rejects | None = None) -> Connector:
    """The engine's connector to a database or to one of its tables; NotADatabaseError."""
    if not Engine(source.engine).is_database:
        raise NotADatabaseError(f"“{source.name}”存放的是文件，没有表结构")
    return connector_for(location_of(source, item), rejects=rejects)


def reader_of(source: Source) -> Server:
    """The server as the reading account."""
    return _server(source, source.username, PASSWORD)


def manager_of(source: Source) -> Server:
    """The server as the account that grants rights; NoManagerError when none is registered."""
    if not source.manager:
        raise NoManagerError(f"数据源“{source.name}”没有登记授权账号，不能管理库内权限")
    return _server(source, source.manager, MANAGER_PASSWORD)


def _server(source: Source, user: str, secret: str) -> Server:
    account = Account(
        host=source.host,
        port=source.port,
        database=source.database,
        user=user,
        password=unseal(source.secrets).get(secret, ""),
    )
    return server_for(Engine(source.engine), account)
