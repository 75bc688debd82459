"""The content security policy, and the headers that go with it."""

import re
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Only what this machine serves. Scripts run if they are files of ours or carry the nonce of this very page.
# 'unsafe-eval' is what gr.HTML's templates need; it lets no text of a document become a script.
POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'nonce-{nonce}' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "frame-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    ]
)
HEADERS = {
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}

_PREVIEW = re.compile(rb'<meta\s+(?:property="og:|name="twitter:)[^>]*>\s*')  # Gradio's: a shared link is not its
SITES = ("none", "same-origin", "same-site", "cross-site")  # what a browser says in Sec-Fetch-Site


class ContentSecurityPolicy:
    """Send the policy, with a nonce that allows the scripts of each page to run."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        return await self.app(_uncompressed(scope), receive, _Sender(send, _navigation(scope)))


def _uncompressed(scope: Scope) -> Scope:
    # A compressed page could not be given its nonce, and on one's own machine compression only takes time.
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]}


def _navigation(scope: Scope) -> str:
    """Return the request's Sec-Fetch-Site as a Server-Timing header, which scripts of the page can read."""
    site = Headers(scope=scope).get("sec-fetch-site", "")
    return f'navigation;desc="{site if site in SITES else "unknown"}"'


class _Sender:
    """Passes a response on; an HTML page is held back until it is complete."""

    def __init__(self, send: Send, navigation: str) -> None:
        self.send, self.navigation, self.nonce, self.body = send, navigation, secrets.token_urlsafe(16), b""
        self.start: Message = {}

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self.start:
            await self._page(message)
        else:
            await self.send(message)

    async def _begin(self, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        headers.update({**HEADERS, "content-security-policy": POLICY.format(nonce=self.nonce)})
        if headers.get("content-type", "").startswith("text/html"):
            headers["server-timing"] = self.navigation
            self.start = message
        else:
            await self.send(message)

    async def _page(self, message: Message) -> None:
        self.body += message.get("body", b"")
        if message.get("more_body"):
            return
        # Only the template holds "<script": what is written into it is escaped there.
        body = _PREVIEW.sub(b"", self.body).replace(b"<script", f'<script nonce="{self.nonce}"'.encode())
        MutableHeaders(scope=self.start)["content-length"] = str(len(body))
        await self.send(self.start)
        await self.send({"type": "http.response.body", "body": body})
