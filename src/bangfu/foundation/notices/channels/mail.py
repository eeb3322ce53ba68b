"""Mail by SMTP."""

from __future__ import annotations

import smtplib
import socket
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr, formatdate, parseaddr

from bangfu.foundation.notices.channels.interface import Failed, Message
from bangfu.foundation.rooms import Words, both

PATIENCE_S = 10.0
PLAIN, STARTTLS, TLS = "NONE", "STARTTLS", "TLS"
TAKEN = both("邮件服务器已收下。", "The mail server took it.")
REFUSED = both("邮件服务器没有收下（{code}）。", "The mail server did not take it ({code}).")
WRONG_PASSWORD = both(
    "邮件服务器不认用户名或密码（{code}）。请在通知渠道页改正。",
    "The mail server does not accept the user or password ({code}). Correct them on the page of channels.",
)
NOT_REACHED = both("连不上邮件服务器（{kind}）。", "The mail server is not reached ({kind}).")
FINAL_FROM = 500


@dataclass(frozen=True)
class MailServer:
    """A mail server as the administrator entered it."""

    host: str
    port: int
    encryption: str
    sender: str
    """An address, or a name with an address: ``帮扶 <bangfu@example.org>``."""
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"MailServer({self.host}:{self.port})"


@dataclass(frozen=True)
class MailSender:
    """Sends by one server, a connection a message."""

    server: MailServer

    def send(self, to: str, message: Message) -> Words:
        """Send a mail, under a Message-ID that is its key.

        Raises: Failed: see ``Sender``.
        """
        try:
            with self._connected() as line:
                line.send_message(
                    self._letter(to, message), from_addr=parseaddr(self.server.sender)[1], to_addrs=[to]
                )
        except smtplib.SMTPAuthenticationError as error:
            raise Failed(WRONG_PASSWORD.filled(code=error.smtp_code)) from None
        except smtplib.SMTPRecipientsRefused as error:
            code = max((code for code, _ in error.recipients.values()), default=0)
            raise Failed(REFUSED.filled(code=code), is_final=code >= FINAL_FROM) from None
        except smtplib.SMTPResponseException as error:
            code = error.smtp_code
            raise Failed(REFUSED.filled(code=code), is_final=code >= FINAL_FROM) from None
        except (OSError, smtplib.SMTPException, UnicodeError, ValueError) as error:
            raise Failed(NOT_REACHED.filled(kind=type(error).__name__)) from None
        return TAKEN

    def _connected(self) -> smtplib.SMTP:
        server = self.server
        context = ssl.create_default_context()
        if server.encryption == TLS:
            line: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=PATIENCE_S, context=context
            )
        else:
            line = smtplib.SMTP(server.host, server.port, timeout=PATIENCE_S)
        try:
            if server.encryption == STARTTLS:
                line.starttls(context=context)
            if server.user:
                line.login(server.user, server.password)
        except BaseException:
            line.close()
            raise
        return line

    def _letter(self, to: str, message: Message) -> EmailMessage:
        letter = EmailMessage(policy=SMTP)
        name, address = parseaddr(self.server.sender)
        letter["From"] = formataddr((name, address)) if name else address
        letter["To"] = to
        letter["Subject"] = message.title
        letter["Date"] = formatdate()
        letter["Message-ID"] = f"<{message.key}@{address.partition('@')[2] or socket.gethostname()}>"
        letter["Auto-Submitted"] = "auto-generated"
        link = f"\n\n{message.opens}\n{message.address}" if message.address else ""
        foot = f"\n\n{message.foot}" if message.foot else ""
        letter.set_content(f"{message.body}{link}{foot}\n")
        return letter
