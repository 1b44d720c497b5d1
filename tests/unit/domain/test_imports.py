import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_desk import domain

MODULES = sorted(Path(domain.__path__[0]).glob("*.py"))


def imported(tree: ast.AST) -> Iterator[str]:
    """The full names of the modules that ``tree`` imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or ""


def belongs(name: str) -> bool:
    root = name.split(".")[0]
    return root in sys.stdlib_module_names or name.startswith("agent_desk.domain")


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_the_domain_imports_only_the_standard_library_and_itself(module: Path) -> None:
    foreign = {n for n in imported(ast.parse(module.read_bytes())) if not belongs(n)}
    foreign.discard("agent_desk")
    assert foreign == ({"phonenumbers"} if module.stem == "identifiers" else set())


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_importing_a_module_of_the_domain_loads_no_other_library(module: Path) -> None:
    name = f"agent_desk.domain.{module.stem}".removesuffix(".__init__")
    script = (
        "import sys; before = set(sys.modules); import importlib\n"
        f"importlib.import_module({name!r})\n"
        "roots = {m.split('.')[0] for m in set(sys.modules) - before}\n"
        "print(*sorted(roots - set(sys.stdlib_module_names)))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert loaded.stdout.split() == ["agent_desk"]


def test_phone_numbers_are_loaded_with_the_first_number() -> None:
    script = (
        "import sys\n"
        "from agent_desk.domain.identifiers import parse_caller_id, parse_dial_string\n"
        "parse_caller_id('anonymous', region='CN'), parse_dial_string('1001', region='CN')\n"
        "print('phonenumbers' in sys.modules)\n"
        "parse_caller_id('13800138000', region='CN')\n"
        "print('phonenumbers' in sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert loaded.stdout.split() == ["False", "True"]
