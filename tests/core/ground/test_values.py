"""Our frozen classes behave as the standard library's, which type checkers take them for."""

import dataclasses
from dataclasses import FrozenInstanceError, asdict, field, fields, replace

import pytest

from chalicelib.core.ground import values


def both(**how):
    """Make the same class twice: the standard library's way, and ours."""

    def made(dataclass):
        @dataclass(frozen=True, **how)
        class Point:
            x: int
            y: int = 0
            names: list[str] = field(default_factory=list)
            secret: str = field(default="", repr=False, compare=False)

        return Point

    return made(dataclasses.dataclass), made(values.dataclass)


@pytest.fixture(params=[{}, {"slots": True}, {"slots": True, "kw_only": True}], ids=str)
def points(request):
    return both(**request.param)


def test_they_are_made_compared_shown_and_changed_alike(points):
    standard, ours = points
    for kind in (standard, ours):
        point = kind(x=1, names=["a"], secret="s")
        assert (point.x, point.y, point.names, point.secret) == (1, 0, ["a"], "s")
        assert point == kind(x=1, names=["a"], secret="other")
        assert point != kind(x=2, names=["a"])
        assert replace(point, y=5) == kind(x=1, y=5, names=["a"])
        assert asdict(point) == {"x": 1, "y": 0, "names": ["a"], "secret": "s"}
        assert kind(x=1).names is not kind(x=1).names
    assert repr(ours(x=1, secret="s")) == repr(standard(x=1, secret="s"))
    assert [each.name for each in fields(ours)] == [each.name for each in fields(standard)]
    assert ours.__match_args__ == standard.__match_args__


@pytest.mark.parametrize(
    "call",
    [lambda kind: kind(), lambda kind: kind(x=1, z=2), lambda kind: kind(1, 2, [], "s", 5)],
    ids=["one missing", "one unknown", "too many"],
)
def test_a_wrong_call_is_refused(points, call):
    for kind in points:
        with pytest.raises(TypeError):
            call(kind)


def test_nothing_can_be_changed(points):
    for kind in points:
        point = kind(x=1)
        with pytest.raises(FrozenInstanceError):
            point.x = 2
        with pytest.raises(FrozenInstanceError):
            del point.x
        assert point.x == 1


def test_equal_ones_hash_equally():
    @values.dataclass(frozen=True, slots=True)
    class Key:
        name: str
        number: int

    assert len({Key("a", 1), Key("a", 1), Key("b", 1)}) == 2


def test_kinds_with_the_same_fields_are_not_equal():
    @values.dataclass(frozen=True, slots=True)
    class Hold:
        leg: str

    @values.dataclass(frozen=True, slots=True)
    class Retrieve:
        leg: str

    assert Hold("a") != Retrieve("a")


def test_fields_are_inherited():
    @values.dataclass(frozen=True, slots=True, kw_only=True)
    class Base:
        name: str

    @values.dataclass(frozen=True, slots=True, kw_only=True)
    class More(Base):
        size: int = 1

        def __post_init__(self) -> None:
            if self.size < 0:
                raise ValueError("size")

    assert More(name="n").size == 1
    with pytest.raises(ValueError, match="size"):
        More(name="n", size=-1)


def test_values_are_always_frozen():
    with pytest.raises(TypeError, match="frozen"):
        values.dataclass(frozen=False)
