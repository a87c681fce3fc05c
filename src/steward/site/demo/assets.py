"""What the Huai'an contract operates: 11 systems, 12 mobile programs, 24 databases, 73 middleware,
three document services and the SMS gateway, as the contract counts them.
"""

from datetime import datetime

from steward.assets.cmdb import api as cmdb
from steward.site.demo.people import CLIENT, DEMO, DISTRICTS, Cast

CONTRACT = "huaian-2025"
SERVICES = [
    ("svc-yozo", "永中流式文件预览服务", "流式文件预览"),
    ("svc-ofd-view", "数科 OFD 文件预览服务", "OFD 预览"),
    ("svc-ofd-convert", "数科 OFD 文件转版服务", "OFD 转版"),
    ("svc-sms", "市级平台手机短信服务", "办文短信提醒"),
]


class _Register:
    """Registers items one after another and remembers their ids by code."""

    def __init__(self, cast: Cast, now: datetime) -> None:
        self.cast, self.now = cast, now
        self.ids: dict[str, int] = {}

    def add(
        self,
        code: str,
        name: str,
        kind: str,
        *,
        body: str = CLIENT,
        system: str = "",
        importance: str = "general",
        **attributes: object,
    ) -> None:
        draft = cmdb.ItemDraft(
            code=code,
            name=name,
            kind=kind,
            contract=CONTRACT,
            organization_id=self.cast.bodies[body],
            system_id=self.ids.get(system),
            importance=importance,
            attributes=attributes,
        )
        self.ids[code] = cmdb.add_item(draft, by=DEMO, now=self.now).id

    def relate(self, source: str, target: str, kind: str) -> None:
        cmdb.add_relation(self.ids[source], self.ids[target], type=kind, by=DEMO, now=self.now)


def load_assets(cast: Cast, *, now: datetime) -> dict[str, int]:
    """Register everything; returns item ids by code."""
    register = _Register(cast, now)
    places = [("city", "市级平台", CLIENT), *((c, n, c) for c, n, _ in DISTRICTS)]
    for number, place in enumerate(places, start=1):
        _system(register, number, place)
    _mobile(register, places)
    for number, (code, name, purpose) in enumerate(SERVICES, start=1):
        register.add(code, name, "service", importance="important", provider="第三方厂商",
                     purpose=purpose, url=f"http://10.32.9.{number}/")  # fmt: skip
        register.relate("sys-city", code, "uses")
    return register.ids


def _system(register: _Register, number: int, place: tuple[str, str, str]) -> None:
    code, name, body = place
    system = f"sys-{code}"
    register.add(system, f"{name}集中式电子公文系统", "system", body=body, importance="core",
                 level="三级", version="V3.2", url=f"http://10.32.{number}.1/")  # fmt: skip
    for index in (1, 2):
        register.add(f"srv-{code}-{index}", f"{name}应用服务器 {index}", "server", body=body,
                     system=system, address=f"10.32.{number}.{10 + index}", os="银河麒麟 V10",
                     cpu=16, memory_gb=64, zone="政务外网")  # fmt: skip
    for index in range(1, 5 if code == "city" else 3):
        database = f"db-{code}-{index}"
        register.add(database, f"{name}人大金仓 {index:02d}", "database", body=body, system=system,
                     importance="important", product="人大金仓 KingbaseES V8",
                     address=f"10.32.{number}.{20 + index}", port=54321,
                     role="主库" if index == 1 else "备库")  # fmt: skip
        register.relate(database, f"srv-{code}-{1 + index % 2}", "runs_on")
    for index in range(1, 14 if code == "city" else 7):
        register.add(f"mw-{code}-{index:02d}", f"{name}宝兰德 {index:02d}", "middleware", body=body,
                     system=system, product="宝兰德 BES 9.5", version="9.5.2",
                     address=f"10.32.{number}.{10 + index % 2 + 1}", port=9060 + index,
                     path="/opt/bes", start_user="bes")  # fmt: skip
    register.relate(f"mw-{code}-01", f"db-{code}-1", "connects")


def _mobile(register: _Register, places: list[tuple[str, str, str]]) -> None:
    register.add("app-front", "淮委前哨", "application", system="sys-city", importance="important",
                 version="2.4.1", platform="安卓", bits="64 位")  # fmt: skip
    for code, name, body in places:
        label = "移动办公" if code == "city" else f"{name}移动办公"
        register.add(f"app-{code}", label, "application", body=body, system=f"sys-{code}",
                     version="3.1.0", platform="安卓",
                     bits="64 位" if code != "shengtai" else "32 位")  # fmt: skip
        register.relate(f"app-{code}", f"mw-{code}-01", "uses")
