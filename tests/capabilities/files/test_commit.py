from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from tests.capabilities.builders import make_world
from tongxin.capabilities.files.actions import store_file
from tongxin.capabilities.files.models import StoredFile
from tongxin.foundation.core import tenancy

TEXT = "现场情况".encode()


@pytest.mark.parametrize("commits", [True, False])
def test_file_is_on_the_disk_exactly_when_its_row_was_committed(fresh_db: str, commits: bool) -> None:  # noqa: FBT001
    with transaction.atomic():
        world = make_world("990001", "staff")
        with tenancy.scope([world.committee.pk]):
            file = store_file(
                actor=world.actor,
                matter=world.matter(),
                upload=SimpleUploadedFile("a.txt", TEXT),
                purpose=StoredFile.Purpose.ATTACHMENT,
            )
        path = Path(default_storage.path(str(file.content.name)))
        assert path.read_bytes() == TEXT
        transaction.set_rollback(not commits)
    assert path.exists() is commits
