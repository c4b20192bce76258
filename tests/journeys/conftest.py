"""Fixtures of the journeys: one world for most, an own world for whoever breaks it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journeys.people import Person
from tests.journeys.world import FEW_ADMINS, World, build_world


@pytest.fixture(scope="session")
def shared_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The world most journeys share; each brings people of its own."""
    world = build_world(tmp_path_factory.mktemp("shared"))
    yield world
    world.close()


@pytest.fixture
def world(shared_world: World) -> Iterator[World]:
    """The shared world, calm before and after."""
    shared_world.calm()
    yield shared_world
    shared_world.calm()


@pytest.fixture
def own_world(tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Builds worlds that a journey may break: other settings, restarts, kills."""
    built: list[World] = []

    def build(**settings: str) -> World:
        built.append(build_world(tmp_path, **{"ADMIN_IDS": FEW_ADMINS, **settings}))
        return built[-1]

    yield build
    for world in built:
        world.close()


@pytest.fixture
def ada(world: World) -> Person:
    """An operator in a private chat with the bot."""
    return world.admin()
