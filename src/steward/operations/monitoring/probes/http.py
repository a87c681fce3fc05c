import json
import re
import time
from datetime import timedelta
from typing import Any, Literal

import httpx
from pydantic import Field, SecretStr, field_validator

from steward.operations.monitoring.http_client import basic_auth, client, public_url
from steward.operations.monitoring.json_path import MissingPathError, find
from steward.operations.monitoring.registry import (
    PROBES,
    Probe,
    ProbeContext,
    ProbeFailedError,
    ProbeResult,
    ProbeSettings,
    State,
)

MAX_BODY = 2_000_000
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class HttpSettings(ProbeSettings):
    url: str = Field(title="网址", description="以 http:// 或 https:// 开头", max_length=2000)
    method: Literal["GET", "HEAD", "POST", "PUT", "OPTIONS"] = Field("GET", title="方法")
    expect_status: str = Field(
        "200-399", title="正常的状态码", description="如 200,204 或 200-399", max_length=100
    )
    expect_text: str = Field(
        "", title="应包含的文字", description="页面里没有这段文字就算失败", max_length=500
    )
    json_path: str = Field(
        "", title="JSON 路径", description="如 $.data.items[0].status", max_length=200
    )
    json_equals: str = Field("", title="JSON 值应为", max_length=200)
    latency_limit_ms: int = Field(
        0, title="耗时上限（毫秒）", description="0 表示不限；超过算失败", ge=0, le=120_000
    )
    follow_redirects: bool = Field(default=True, title="跟随跳转")
    verify_tls: bool = Field(default=True, title="校验证书")
    headers: str = Field(
        "", title="请求头", description="每行一个：名称: 值", max_length=4000,
        json_schema_extra={"widget": "textarea"},
    )  # fmt: skip
    body: str = Field(
        "", title="请求正文", max_length=20_000, json_schema_extra={"widget": "textarea"}
    )
    username: str = Field("", title="用户名", description="HTTP 基本认证", max_length=100)
    password: SecretStr = Field(SecretStr(""), title="密码")
    secret_headers: SecretStr = Field(
        SecretStr(""),
        title="保密请求头",
        description="如 Authorization: Bearer …，加密保存",
        json_schema_extra={"widget": "textarea"},
    )

    @field_validator("url")
    @classmethod
    def _plain_url(cls, value: str) -> str:
        return public_url(value)

    @field_validator("expect_status")
    @classmethod
    def _status(cls, value: str) -> str:
        status_ranges(value)
        return value

    @field_validator("headers")
    @classmethod
    def _headers(cls, value: str) -> str:
        parse_headers(value)
        return value

    @field_validator("secret_headers")
    @classmethod
    def _secret_headers(cls, value: SecretStr) -> SecretStr:
        parse_headers(value.get_secret_value())
        return value


def status_ranges(text: str) -> list[tuple[int, int]]:
    """`200,300-302` as closed ranges; ValueError in Chinese."""
    ranges = []
    for part in text.replace("，", ",").split(","):
        match = re.fullmatch(r"\s*([1-5]\d\d)(?:\s*-\s*([1-5]\d\d))?\s*", part)
        if match is None:
            raise ValueError(f"“{part.strip()}”不是状态码，请写成 200 或 200-399，多个用逗号分开")
        low, high = int(match[1]), int(match[2] or match[1])
        if high < low:
            raise ValueError(f"“{part.strip()}”的范围前大后小")
        ranges.append((low, high))
    return ranges


def parse_headers(text: str) -> dict[str, str]:
    """One `name: value` per line; ValueError in Chinese without the value."""
    headers = {}
    for number, line in enumerate(filter(str.strip, text.splitlines()), start=1):
        name, colon, value = line.partition(":")
        if not colon or not _HEADER.fullmatch(name.strip()):
            raise ValueError(f"第 {number} 行不是“名称: 值”的格式")
        headers[name.strip()] = value.strip()
    return headers


@PROBES.register
class HttpProbe(Probe[HttpSettings]):
    """Whether a page or interface answers as it should."""

    code = "http"
    label = "网页或接口（HTTP）"
    summary = "状态码、文字、JSON 值与耗时"
    settings_model = HttpSettings

    def target(self, settings: HttpSettings) -> str:
        return f"{settings.method} {settings.url}"

    async def check(self, settings: HttpSettings, context: ProbeContext) -> ProbeResult:
        headers = {"User-Agent": "Steward-Monitor/1", **parse_headers(settings.headers)}
        headers |= parse_headers(settings.secret_headers.get_secret_value())
        password = settings.password.get_secret_value()
        auth = basic_auth(settings.username, password) or httpx.USE_CLIENT_DEFAULT
        began = time.perf_counter()
        async with (
            client(verify=settings.verify_tls, context=context) as session,
            session.stream(
                settings.method,
                settings.url,
                headers=headers,
                content=settings.body or None,
                auth=auth,
                follow_redirects=settings.follow_redirects,
            ) as response,
        ):
            body = await _read(response)
            latency = timedelta(seconds=time.perf_counter() - began)
            _expect_status(settings, response)
            _expect_content(settings, body, response)
        _expect_latency(settings, latency)
        words = f"返回 {response.status_code}"
        return ProbeResult(State.UP, words, latency, {"status": response.status_code})


async def _read(response: httpx.Response) -> bytes:
    """The body up to a limit, so that an endless answer cannot fill the prober."""
    parts, size = [], 0
    async for part in response.aiter_bytes():
        parts.append(part)
        size += len(part)
        if size > MAX_BODY:
            break
    return b"".join(parts)


def _expect_status(settings: HttpSettings, response: httpx.Response) -> None:
    ranges = status_ranges(settings.expect_status)
    if not any(low <= response.status_code <= high for low, high in ranges):
        raise ProbeFailedError(
            f"返回 {response.status_code}，应为 {settings.expect_status}",
            status=response.status_code,
        )


def _expect_content(settings: HttpSettings, body: bytes, response: httpx.Response) -> None:
    if settings.expect_text:
        text = body.decode(response.encoding or "utf-8", errors="replace")
        if settings.expect_text not in text:
            raise ProbeFailedError(f"页面里没有“{settings.expect_text}”")
    if settings.json_path:
        _expect_json(settings, body)


def _expect_json(settings: HttpSettings, body: bytes) -> None:
    try:
        value: Any = find(json.loads(body), settings.json_path)
    except ValueError:
        raise ProbeFailedError("返回的内容不是 JSON") from None
    except MissingPathError as error:
        raise ProbeFailedError(f"返回的 JSON 里没有 {error}") from None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if settings.json_equals and text != settings.json_equals:
        raise ProbeFailedError(
            f"{settings.json_path} 为“{text[:100]}”，应为“{settings.json_equals}”"
        )


def _expect_latency(settings: HttpSettings, latency: timedelta) -> None:
    limit = settings.latency_limit_ms
    took = latency // timedelta(milliseconds=1)
    if limit and took > limit:
        raise ProbeFailedError(f"耗时 {took} 毫秒，超过上限 {limit} 毫秒", latency_ms=took)
