"""The import contracts hold, and would notice if they did not."""

from __future__ import annotations

from typing import Any

import grimp
import pytest
from importlinter.contracts.layers import LayersContract

from tests.architecture.floors import contracts, files, levels, room_of_file

BY_ID = {c["id"]: c for c in contracts()}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("config", "tongxin", cache_dir=None)


def keeps(contract: dict[str, Any], graph: grimp.ImportGraph) -> bool:
    options = {"root_packages": ["config", "tongxin"]}
    rest = {k: v for k, v in contract.items() if k not in {"id", "name", "type"}}
    rest = {k: str(v) if isinstance(v, bool) else v for k, v in rest.items()}
    checked = LayersContract(name=contract["name"], session_options=options, contract_options=rest)
    return bool(checked.check(graph, verbose=False).kept)


@pytest.mark.parametrize("name", sorted(BY_ID))
def test_contract_of_the_house_is_kept(name: str, graph: grimp.ImportGraph) -> None:
    assert keeps(BY_ID[name], graph)


@pytest.mark.parametrize(
    ("name", "importer", "imported"),
    [
        ("floors", "tongxin.capabilities.matters.actions", "tongxin.activities.proposals.models"),
        ("floors", "tongxin.foundation.core.access", "config.urls"),
        ("floors", "tongxin.activities.proposals.models", "tongxin.readers.publishing.views"),
        ("floors", "tongxin.readers.publishing.views", "tongxin.demo.apps"),
        ("capabilities", "tongxin.capabilities.matters.models", "tongxin.capabilities.deadlines.models"),
        ("capabilities", "tongxin.capabilities.deadlines.actions", "tongxin.capabilities.notices.actions"),
        ("capabilities", "tongxin.capabilities.notices.models", "tongxin.capabilities.files.models"),
        ("capabilities", "tongxin.capabilities.notices.actions", "tongxin.capabilities.jobs.actions"),
        ("foundation", "tongxin.foundation.core.access", "tongxin.foundation.accounts.models"),
        ("foundation", "tongxin.foundation.accounts.models", "tongxin.foundation.audit.models"),
        ("foundation", "tongxin.foundation.audit.models", "tongxin.foundation.organization.models"),
    ],
)
def test_contract_with_a_planted_import_is_broken(
    name: str, importer: str, imported: str, graph: grimp.ImportGraph
) -> None:
    graph.add_import(importer=importer, imported=imported)
    try:
        assert not keeps(BY_ID[name], graph)
    finally:
        graph.remove_import(importer=importer, imported=imported)


@pytest.mark.parametrize("name", ["readers", "activities", "capabilities", "foundation"])
def test_contract_with_a_planted_room_that_it_does_not_name_is_broken(
    name: str, graph: grimp.ImportGraph
) -> None:
    planted = f"tongxin.{name}.planted"
    graph.add_module(planted)
    try:
        assert not keeps(BY_ID[name], graph)
    finally:
        graph.remove_module(planted)


def test_rooms_of_every_module_are_known() -> None:
    lost = [
        str(f)
        for f in files("*.py")
        if room_of_file(f) is None and f.name != "__init__.py" and f.stat().st_size
    ]
    assert lost == []
    assert levels()["tongxin.consensus"] == 0
    assert levels()["tongxin.foundation.core"] == 1
