"""What only a browser can show: a passkey, the button that shows a password, and a policy that is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from tests.foundation.accounts.conftest import PASSWORD
from tongxin.foundation.accounts.models import User

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer


def sign_in(page: Page, site: str) -> None:
    page.goto(f"{site}/accounts/sign-in/")
    page.fill("[name=login]", "wang.fang")
    page.fill("[name=password]", PASSWORD)
    page.click(".btn.main")


@pytest.mark.browser
@pytest.mark.usefixtures("urls")
def test_passkey_made_in_the_browser_is_asked_for_at_sign_in(
    live_server_db: LiveServer, chromium_path: str
) -> None:
    User.objects.create_user("wang.fang", PASSWORD, name="王芳")
    # A passkey belongs to a name, not to an address.
    site = live_server_db.url.replace("127.0.0.1", "localhost")
    broken: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("console", lambda said: "Content Security" in said.text and broken.append(said.text))
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        virtual = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasUserVerification": True,
            "isUserVerified": True,
        }
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": virtual})

        page.goto(f"{site}/accounts/sign-in/")
        page.fill("[name=password]", "seen")
        page.click("text=显示密码")
        assert page.get_attribute("[name=password]", "type") == "text"

        sign_in(page, site)
        page.wait_for_url(f"{site}/")
        page.goto(f"{site}/accounts/me/factors/passkey/")
        page.click("text=开始")
        page.wait_for_url(f"{site}/accounts/me/factors/codes/")

        page.goto(f"{site}/accounts/me/")
        page.click("text=退出登录")
        page.wait_for_url(f"{site}/accounts/sign-in/")
        sign_in(page, site)
        page.wait_for_url(f"{site}/accounts/second-factor/")
        page.click("text=用通行密钥")
        page.wait_for_url(f"{site}/")
        assert page.inner_text("body") == "desk of 王芳"
        browser.close()
    assert broken == []
