from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from tongxin.foundation.accounts.models import User

PASSWORD = "蓝色的小船 42"


@pytest.fixture
def urls(settings: SettingsWrapper) -> None:
    settings.ROOT_URLCONF = "tests.foundation.accounts.urls"


@pytest.fixture
def user(db: None) -> User:
    from tongxin.foundation.accounts.models import User  # noqa: PLC0415 (apps are not ready before)

    return User.objects.create_user("wang.fang", PASSWORD, name="王芳", phone="138 0013 8000")
