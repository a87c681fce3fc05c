import json
import time
from datetime import timedelta
from typing import Any

import httpx
from pydantic import Field, SecretStr, field_validator

from steward.operations.monitoring.comparison import Comparison, as_number, holds
from steward.operations.monitoring.http_client import basic_auth, client, public_url
from steward.operations.monitoring.registry import (
    PROBES,
    Probe,
    ProbeContext,
    ProbeFailedError,
    ProbeResult,
    ProbeSettings,
    State,
)


class PrometheusSettings(ProbeSettings):
    url: str = Field(
        title="Prometheus 地址", description="如 http://10.0.0.1:9090", max_length=2000
    )
    query: str = Field(
        title="即时查询", description="如 min(up{job=\"oa\"})", min_length=1, max_length=4000,
        json_schema_extra={"widget": "textarea"},
    )  # fmt: skip
    comparison: Comparison = Field(Comparison.AT_LEAST, title="比较方式")
    threshold: str = Field("1", title="阈值", max_length=50)
    verify_tls: bool = Field(default=True, title="校验证书")
    username: str = Field("", title="用户名", max_length=100)
    password: SecretStr = Field(SecretStr(""), title="密码")

    @field_validator("url")
    @classmethod
    def _plain_url(cls, value: str) -> str:
        return public_url(value).rstrip("/")

    @field_validator("threshold")
    @classmethod
    def _number(cls, value: str) -> str:
        if as_number(value) is None:
            raise ValueError(f"“{value}”不是数字")
        return value


@PROBES.register
class PrometheusProbe(Probe[PrometheusSettings]):
    """Whether every series of an instant query meets a threshold."""

    code = "prometheus"
    label = "Prometheus 查询"
    summary = "即时查询的每条结果都须达到阈值"
    settings_model = PrometheusSettings

    def target(self, settings: PrometheusSettings) -> str:
        return f"{settings.url} · {settings.query}"

    async def check(self, settings: PrometheusSettings, context: ProbeContext) -> ProbeResult:
        password = settings.password.get_secret_value()
        began = time.perf_counter()
        async with client(verify=settings.verify_tls, context=context) as session:
            response = await session.post(
                f"{settings.url}/api/v1/query",
                data={"query": settings.query},
                auth=basic_auth(settings.username, password) or httpx.USE_CLIENT_DEFAULT,
            )
        latency = timedelta(seconds=time.perf_counter() - began)
        values = _values(_answer(response.status_code, response.content))
        if not values:
            raise ProbeFailedError("查询没有结果，请检查指标名")
        bad = [v for v in values if not holds(v, settings.comparison, settings.threshold)]
        if bad:
            raise ProbeFailedError(
                f"{len(bad)} / {len(values)} 条不满足“{settings.comparison}"
                f" {settings.threshold}”，如 {bad[0]}"
            )
        return ProbeResult(State.UP, f"{len(values)} 条都满足，如 {values[0]}", latency)


def _answer(status: int, content: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(content)
        ok = answer["status"] == "success"
    except (ValueError, KeyError, TypeError):
        raise ProbeFailedError(f"返回 {status}，不是 Prometheus 的应答") from None
    if not ok:
        raise ProbeFailedError(f"查询被拒绝：{str(answer.get('error', ''))[:150]}")
    data: dict[str, Any] = answer["data"]
    return data


def _values(data: dict[str, Any]) -> list[str]:
    """The sample values of a vector or scalar answer, as text."""
    result = data.get("result", [])
    if data.get("resultType") == "scalar":
        return [str(result[1])]
    if data.get("resultType") != "vector":
        raise ProbeFailedError("查询须得到即时向量或标量，请去掉时间范围")
    return [str(series["value"][1]) for series in result]
