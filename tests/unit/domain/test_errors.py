import copy
import inspect
import pickle
import re
import string
from typing import Any

import pytest

from agent_desk.domain import errors
from agent_desk.domain.errors import AgentDeskError, InvalidNumberError

CLASSES: list[type[AgentDeskError]] = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, AgentDeskError)
]
LEAVES = [kind for kind in CLASSES if not any(kind in other.__bases__ for other in CLASSES)]


def documented_details(kind: type[AgentDeskError]) -> list[str]:
    """The names after "details are" in the docstring of ``kind``, in its order."""
    found = re.search(r"details are ([^.(]+)", inspect.getdoc(kind) or "", re.IGNORECASE)
    return re.findall(r"\w+", found[1]) if found else []


def placeholders(kind: type[AgentDeskError]) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(kind.template) if name}


def made(kind: type[AgentDeskError]) -> AgentDeskError:
    details: dict[str, Any] = {name: f"<{name}>" for name in documented_details(kind)}
    return kind(**details)


def drawn_tree(docstring: str) -> list[tuple[int, str]]:
    """The depth and name of each class in the tree of the module's docstring."""
    lines = re.findall(r"^    ([│ ├└─]*)(\w+Error)\b", docstring, re.MULTILINE)
    return [(len(branches) // 4, name) for branches, name in lines]


def real_tree(kind: type[AgentDeskError], depth: int = 0) -> list[tuple[int, str]]:
    below = [other for other in CLASSES if kind in other.__bases__]
    return [
        (depth, kind.__name__),
        *(line for child in below for line in real_tree(child, depth + 1)),
    ]


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    assert drawn_tree(errors.__doc__ or "") == real_tree(AgentDeskError)


@pytest.mark.parametrize("kind", LEAVES)
def test_the_documented_details_fill_the_sentence(kind: type[AgentDeskError]) -> None:
    assert documented_details(kind)
    assert placeholders(kind) <= set(documented_details(kind))
    text = str(made(kind))
    assert "{" not in text
    assert all(f"<{name}>" in text for name in placeholders(kind))


@pytest.mark.parametrize("kind", LEAVES)
def test_an_error_survives_a_process_boundary(kind: type[AgentDeskError]) -> None:
    error = made(kind)
    for copied in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(copied) is kind
        assert copied.details == error.details
        assert str(copied) == str(error)


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in CLASSES]
    assert len(set(codes)) == len(codes)
    assert all("code" in vars(kind) for kind in CLASSES)
    assert all("template" in vars(kind) for kind in CLASSES)


@pytest.mark.parametrize("kind", [kind for kind in CLASSES if kind is not AgentDeskError])
def test_a_code_begins_with_the_code_of_its_family(kind: type[AgentDeskError]) -> None:
    family = kind.__mro__[1]
    assert issubclass(family, AgentDeskError)
    if family is not AgentDeskError:
        assert kind.code.startswith(f"{family.code}.")


def test_braces_in_a_value_are_shown_as_typed() -> None:
    error = InvalidNumberError(field="number", value="{x} {}", accepted="digits")
    assert str(error) == "number: '{x} {}' is not a telephone number; accepted is digits"


def test_a_detail_that_is_missing_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError):
        InvalidNumberError(field="number")
