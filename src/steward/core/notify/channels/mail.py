import smtplib

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from steward.core.notify.registry import (
    CHANNELS,
    Channel,
    ChannelRejectedError,
    ChannelUnavailableError,
    Envelope,
    Setting,
)

TIMEOUT_SECONDS = 15


@CHANNELS.register
class Mail(Channel):
    """Electronic mail through the office's SMTP server."""

    code = "mail"
    label = "电子邮件"
    settings = (
        Setting("host", "SMTP 服务器"),
        Setting("port", "端口", default="465"),
        Setting("security", "加密方式", default="ssl", help="ssl、starttls 或 none"),
        Setting("username", "用户名", is_required=False),
        Setting("password", "密码", is_secret=True, is_required=False),
        Setting("sender", "发件地址"),
    )

    def send(self, envelope: Envelope) -> str:
        if not envelope.email:
            raise ChannelRejectedError(f"“{envelope.name}”没有登记电子邮箱")
        message = EmailMessage(
            subject=f"【政务管家】{envelope.title}",
            body=envelope.text,
            from_email=self.values["sender"],
            to=[envelope.email],
            connection=self._connection(),
        )
        try:
            message.send()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPAuthenticationError) as error:
            raise ChannelRejectedError(f"邮件服务器拒绝：{type(error).__name__}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise ChannelUnavailableError(f"邮件服务器不可用：{type(error).__name__}") from error
        return "邮件服务器已接收"

    def _connection(self) -> EmailBackend:
        values = self.values
        if not values["port"].isdecimal() or values["security"] not in ("ssl", "starttls", "none"):
            raise ChannelRejectedError("邮件渠道的端口应是数字，加密方式应是 ssl、starttls 或 none")
        return EmailBackend(
            host=values["host"],
            port=int(values["port"]),
            username=values["username"],
            password=values["password"],
            use_ssl=values["security"] == "ssl",
            use_tls=values["security"] == "starttls",
            timeout=TIMEOUT_SECONDS,
        )
