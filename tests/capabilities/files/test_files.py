from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from PIL import Image

from tests.capabilities.builders import World, make_world
from tongxin.capabilities.files import leave
from tongxin.capabilities.files.actions import remove_file, store_file
from tongxin.capabilities.files.forms import FilesField
from tongxin.capabilities.files.leave import can_open_file, register_file_leave
from tongxin.capabilities.files.models import StoredFile
from tongxin.capabilities.matters.models import Matter, TimelineEntry
from tongxin.foundation.core import clock, tenancy
from tongxin.foundation.core.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db

TEXT = "现场情况\n".encode()


@pytest.fixture
def world() -> Iterator[World]:
    made = make_world("990001", "staff")
    with tenancy.scope([made.committee.pk], user_id=made.user.pk), clock.at(date(2026, 10, 9)):
        yield made


@pytest.fixture
def open_to() -> Iterator[list[tuple[UUID | None, UUID]]]:
    """Who may open which file, as the room of proposals would say."""
    allowed: list[tuple[UUID | None, UUID]] = []
    before = leave._checkers.copy()
    register_file_leave("example", lambda actor, file: (actor.user_id, file.pk) in allowed)
    yield allowed
    leave._checkers.clear()
    leave._checkers.update(before)


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "PNG")
    return out.getvalue()


def stored(world: World, content: bytes = TEXT, name: str = "现场.txt", **change: Any) -> StoredFile:
    given = {"matter": change.pop("matter", None) or world.matter(), "purpose": StoredFile.Purpose.ATTACHMENT}
    return store_file(actor=world.actor, upload=SimpleUploadedFile(name, content), **{**given, **change})


def disk(file: StoredFile) -> Path:
    return Path(default_storage.path(file.content.name))


def test_stored_file_lies_under_its_committee_and_year(world: World) -> None:
    file = stored(world)
    assert file.content.name == f"{world.committee.pk}/2026/{file.pk}.txt"
    assert disk(file).read_bytes() == TEXT
    assert (file.name, file.media_type.split(";")[0], file.size_bytes) == (
        "现场.txt",
        "text/plain",
        len(TEXT),
    )


def test_same_content_on_one_matter_and_subject_is_kept_once(world: World) -> None:
    matter, subject = world.matter(), UUID(int=7)
    first = stored(world, matter=matter)
    assert stored(world, matter=matter, name="另一个名字.txt") == first
    others = [stored(world, matter=matter, subject_id=subject), stored(world)]
    assert len({first.pk, *(o.pk for o in others)}) == 3
    remove_file(actor=world.actor, stored_file=first)
    assert stored(world, matter=matter) != first


def test_file_is_gone_from_the_disk_when_the_transaction_fails(world: World) -> None:
    paths = []
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
        paths.append(disk(stored(world)))
        assert paths[0].exists()
        raise RuntimeError
    assert [path.exists() for path in paths] == [False]


def test_too_large_upload_is_refused_in_a_sentence(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "UPLOAD_MAX_BYTES", 10)
    with pytest.raises(Refused, match=r"「现场\.txt」.*太大了"):
        stored(world)
    assert StoredFile.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.txt", b"", "空的"),
        ("a.zip", b"PK\x05\x06" + b"\0" * 18, "没有收下"),
        ("a.pdf", b"MZ\x90\x00", "没有收下"),
    ],
)
def test_unacceptable_upload_is_refused_with_its_name(
    world: World, name: str, content: bytes, why: str
) -> None:
    with pytest.raises(Refused, match=why) as refusal:
        stored(world, content, name)
    assert name in refusal.value.message


def test_removing_hides_the_file_and_tells_the_timeline(world: World) -> None:
    file = stored(world)
    remove_file(actor=world.actor, stored_file=file)
    assert list(StoredFile.objects.kept()) == []
    assert TimelineEntry.objects.get().text == "删除了文件「现场.txt」"
    with pytest.raises(Refused):
        remove_file(actor=world.actor, stored_file=file)


def test_download_is_an_attachment_that_runs_nothing(
    world: World, client: Client, open_to: list[tuple[UUID | None, UUID]]
) -> None:
    file = stored(world)
    open_to.append((world.user.pk, file.pk))
    world.sign_in(client)
    answer = client.get(reverse("files:download", args=[file.pk]), {"inline": "1"})
    assert b"".join(answer.streaming_content) == TEXT  # type: ignore[attr-defined]
    headers = {
        name: answer.headers[name]
        for name in ("Content-Disposition", "X-Content-Type-Options", "Content-Security-Policy")
    }
    assert headers == {
        "Content-Disposition": "attachment; filename*=utf-8''%E7%8E%B0%E5%9C%BA.txt",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }


@pytest.mark.parametrize(("query", "disposition"), [({}, "attachment"), ({"inline": "1"}, "inline")])
def test_cleaned_image_is_shown_in_the_page_when_asked(
    world: World,
    client: Client,
    open_to: list[tuple[UUID | None, UUID]],
    query: dict[str, str],
    disposition: str,
) -> None:
    file = stored(world, picture(), "现场.png")
    open_to.append((world.user.pk, file.pk))
    world.sign_in(client)
    answer = client.get(reverse("files:download", args=[file.pk]), query)
    assert (answer.headers["Content-Type"], answer.headers["Content-Disposition"].split(";")[0]) == (
        "image/png",
        disposition,
    )
    answer.getvalue()


def test_each_request_asks_the_room_again(
    world: World, client: Client, open_to: list[tuple[UUID | None, UUID]]
) -> None:
    file = stored(world)
    address = reverse("files:download", args=[file.pk])
    world.sign_in(client)
    answers = [client.get(address).status_code]
    open_to.append((world.user.pk, file.pk))
    given = client.get(address)
    answers.append(given.status_code)
    given.getvalue()
    open_to.clear()
    answers.append(client.get(address).status_code)
    assert answers == [404, 200, 404]


def test_kind_without_a_checker_shows_its_files_to_nobody(world: World) -> None:
    file = stored(
        world, matter=Matter.objects.create(committee=world.committee, kind="other", title="x", state="s")
    )
    assert can_open_file(world.actor, file) is False


def test_removed_file_and_foreign_file_look_like_missing_ones(
    world: World, client: Client, open_to: list[tuple[UUID | None, UUID]]
) -> None:
    removed = stored(world)
    remove_file(actor=world.actor, stored_file=removed)
    elsewhere = make_world("990002", "staff")
    with tenancy.scope([elsewhere.committee.pk]):
        foreign = stored(elsewhere)
    world.sign_in(client)
    found = []
    for pk in (removed.pk, foreign.pk, UUID(int=5)):
        open_to.append((world.user.pk, pk))
        found.append(client.get(reverse("files:download", args=[pk])).status_code)
    assert found == [404, 404, 404]


def test_download_takes_few_queries(
    world: World,
    client: Client,
    open_to: list[tuple[UUID | None, UUID]],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    file = stored(world)
    open_to.append((world.user.pk, file.pk))
    world.sign_in(client)
    address = reverse("files:download", args=[file.pk])
    # The first request of a sign-in notes the device.
    client.get(address).getvalue()
    # Savepoint and its release, session, account, posts, file with its matter.
    with django_assert_num_queries(6):
        client.get(address).getvalue()


def test_files_field_takes_several_and_counts_them() -> None:
    field = FilesField(required=False)
    uploads = [SimpleUploadedFile(f"{number}.txt", TEXT) for number in range(10)]
    assert field.clean(uploads) == uploads
    assert field.clean([]) == []
    with pytest.raises(Exception, match="一次最多选10个文件"):
        field.clean([*uploads, SimpleUploadedFile("x.txt", TEXT)])
