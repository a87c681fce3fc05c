"""Failures of the network in plain Chinese: one sentence for what people can act on."""

import socket
import ssl

_TLS_REASONS = {
    "CERTIFICATE_VERIFY_FAILED": "证书校验不通过",
    "WRONG_VERSION_NUMBER": "对方没有使用 TLS 加密",
    "TLSV1_ALERT_PROTOCOL_VERSION": "双方没有共同的 TLS 版本",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "TLS 握手失败",
    "UNEXPECTED_EOF_WHILE_READING": "TLS 握手时对方断开",
}


def words_of(error: BaseException) -> str:
    """The sentence for a failure to reach or talk to a target; never a secret, never a trace."""
    for kind, words in (
        (ssl.SSLCertVerificationError, "证书校验不通过"),
        (socket.gaierror, "域名解析失败"),
        (ConnectionRefusedError, "连接被拒绝，端口没有服务在监听"),
        (ConnectionResetError, "连接被对方重置"),
        (BrokenPipeError, "连接被对方断开"),
        (TimeoutError, "连接超时"),
    ):
        if isinstance(error, kind):
            return f"{words}{_certificate_reason(error)}"
    if isinstance(error, ssl.SSLError):
        return _TLS_REASONS.get(error.reason or "", f"TLS 失败（{error.reason or '原因不明'}）")
    if isinstance(error, OSError):
        return _system_words(error)
    return f"连接失败（{type(error).__name__}）"


def _certificate_reason(error: BaseException) -> str:
    if not isinstance(error, ssl.SSLCertVerificationError):
        return ""
    reasons = {
        10: "：证书已过期",
        9: "：证书尚未生效",
        18: "：自签名证书",
        19: "：证书链中有自签名证书",
        20: "：找不到签发机构的证书",
        62: "：证书与主机名不符",
        64: "：证书与 IP 地址不符",
    }
    return reasons.get(error.verify_code, f"（代码 {error.verify_code}）")


def _system_words(error: OSError) -> str:
    words = {101: "网络不可达", 110: "连接超时", 111: "连接被拒绝，端口没有服务在监听",
             112: "主机已关机", 113: "主机不可达"}  # fmt: skip
    nested = _nested_words(error)
    return nested or words.get(error.errno or 0, f"网络错误（代码 {error.errno}）")


def _nested_words(error: OSError) -> str:
    """asyncio joins the failures of several addresses into one OSError without a number."""
    text = str(error)
    if error.errno is None and ("Connect call failed" in text or "Multiple exceptions" in text):
        return "连接被拒绝或主机不可达"
    return ""
