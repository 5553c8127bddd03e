from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from tongxin.foundation.accounts.models import User

PASSWORD = "蓝色的小船停在河边 42"


@pytest.fixture
def urls(settings: SettingsWrapper) -> None:
    """The room alone."""
    settings.ROOT_URLCONF = "tests.foundation.accounts.urls"
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["OPTIONS"]["context_processors"][-1] = "tests.foundation.accounts.urls.shell"
    settings.TEMPLATES = templates


@pytest.fixture
def user(db: None) -> User:
    from tongxin.foundation.accounts.models import User  # noqa: PLC0415 (apps are not ready before)

    return User.objects.create_user("wang.fang", PASSWORD, name="王芳", phone="138 0013 8000")
