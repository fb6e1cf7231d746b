"""How the code is laid out: imports go one way, a stage's doors are in its stage.py, names and docstrings say what is
there, no file outgrows itself."""

import ast
import re
from pathlib import Path

import pytest

from tests.conftest import LONGEST

ROOT = Path(__file__).resolve().parent
while not (ROOT / "pyproject.toml").exists():
    ROOT = ROOT.parent
PACKAGE = ROOT / "pipeline"

# The packages and loose files of `pipeline/`, lowest first: each imports only from floors below its own.
FLOORS: list[set[str]] = [
    {"records", "errors"},
    {"text"},
    {"net", "protocols", "settings", "resources"},
    {"publish", "prompts", "store"},
    {"model", "verify"},
    {"context"},
    {"triage", "pursue", "day"},
    {"fetch"},
    {"read"},
    {"extract", "discover", "synthesize"},
    {"runs"},
    {"app"},
    {"testing"},
    {"cli"},
    {"__main__"},
]
STAGES = {"fetch", "read", "triage", "extract", "discover", "pursue", "synthesize", "verify", "day"}
WITH_DOORS = {"stage", "poll", "item", "watch", "writer", "checking"}
"""The files of a stage that may touch store and model; those of `fetch` beside them are the web itself."""
VAGUE = {"utils", "util", "helpers", "common", "misc", "base", "core", "manager"}
LONGEST_FILE = 400
MOST_PARTS, MOST_ARROWS = 30, 130
CLOCK = {"datetime.now", "datetime.utcnow", "date.today", "time.time"}


def modules() -> dict[str, Path]:
    found = {}
    for path in PACKAGE.rglob("*.py"):
        if "migrations" not in path.parts:
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path, known: dict[str, Path]) -> set[str]:
    """The project's modules that `path` imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: write imports from the top"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                found.add(full if full in known else node.module)
    return {name for name in found if name in known}


def part(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def floor(module: str) -> int:
    """The height of a module's part; the package itself, which only exports, stands above all."""
    return next((height for height, parts in enumerate(FLOORS) if part(module) in parts), len(FLOORS))


def test_every_part_has_its_floor():
    assert {part(module) for module in modules()} - {""} == {name for parts in FLOORS for name in parts}


def test_imports_go_down():
    known = modules()
    wrong = [
        f"{module} imports {target}"
        for module, path in known.items()
        for target in imports(path, known)
        if part(module) and part(target) != part(module) and not floor(target) < floor(module)
    ]
    assert wrong == []


def test_there_is_no_circle():
    known = modules()
    graph = {module: imports(path, known) - {module} for module, path in known.items() if module != "pipeline"}
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join((*trail, module))
        if module not in done:
            for target in sorted(graph.get(module, ())):
                visit(target, (*trail, module))
            done.add(module)

    for module in sorted(graph):
        visit(module, ())


def test_parts_and_arrows_between_them_are_few():
    known = modules()
    arrows = {
        (part(module), part(target))
        for module, path in known.items()
        for target in imports(path, known)
        if part(module) not in ("", "testing") and part(target) != part(module)  # a double knows all it doubles
    }
    assert len({part(module) for module in known}) <= MOST_PARTS
    assert len(arrows) <= MOST_ARROWS


def test_only_the_stage_of_a_stage_touches_store_and_model():
    known = modules()
    for module, path in known.items():
        name = module.rpartition(".")[2]
        if part(module) in STAGES and name not in WITH_DOORS:
            opened = {
                t for t in imports(path, known) if part(t) in ("store", "context") or t == "pipeline.model.client"
            }
            assert opened == set(), f"{module} is a pure file: {opened} belong in stage.py"


def test_names_say_what_a_module_is_for():
    assert [m for m in modules() if VAGUE & set(m.split("."))] == []


def test_no_file_outgrows_itself():
    long = {m: len(p.read_text().splitlines()) for m, p in modules().items()}
    assert {m: lines for m, lines in long.items() if lines > LONGEST_FILE} == {}


def test_only_the_command_line_prints_and_only_wiring_reads_environment_and_clock():
    may = {
        "print": {"pipeline.cli.app", "pipeline.cli.progress", "pipeline.cli.main", "pipeline.cli.reading"},
        "environ": {"pipeline.app.wiring", "pipeline.cli.main", "pipeline.model.tokens", "pipeline.read.reader"},
        "now": {"pipeline.app.wiring"},
    }
    for module, path in modules().items():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                assert module in may["print"], f"{module} prints"
            if isinstance(node, ast.Attribute) and node.attr == "environ":
                assert module in may["environ"], f"{module} reads the environment"
            if isinstance(node, ast.Attribute) and ast.unparse(node) in CLOCK:
                assert module in may["now"], f"{module} reads the clock"


# Docstrings


def undocumented(path: Path) -> list[str]:
    """The public functions, methods and classes without a docstring. A form of a model's answer has one only where the
    model is to read it; a protocol's method may say all by its signature."""
    missing = []

    def look(node: ast.AST, prefix: str, inside: str) -> None:
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.ClassDef | ast.FunctionDef) or child.name.startswith("_"):
                continue
            bases = {ast.unparse(base) for base in child.bases} if isinstance(child, ast.ClassDef) else set()
            kind = "form" if "AnswerForm" in bases else "protocol" if "Protocol" in bases else inside
            if not ast.get_docstring(child) and kind == "":
                missing.append(f"{prefix}{child.name}")
            if isinstance(child, ast.ClassDef):
                look(child, f"{prefix}{child.name}.", kind)

    look(ast.parse(path.read_text()), "", "")
    return missing


def test_every_public_name_is_explained():
    missing = {module: undocumented(path) for module, path in modules().items()}
    assert {module: names for module, names in missing.items() if names} == {}
    assert [module for module, path in modules().items() if not ast.get_docstring(ast.parse(path.read_text()))] == []


@pytest.mark.parametrize("folder", sorted({p.parent for p in modules().values()} - {PACKAGE}), ids=lambda f: f.name)
def test_a_package_says_what_its_files_are(folder: Path):
    said = ast.get_docstring(ast.parse((folder / "__init__.py").read_text())) or ""
    files = {p.stem for p in folder.glob("*.py")} - {"__init__"}
    files |= {p.parent.name for p in folder.glob("*/__init__.py")}
    named: set[str] = set()
    for line in said.splitlines():
        entry = re.match(r"\s*([a-z_]+(?: [a-z_]+)*)  +\S", line)
        if entry:
            named |= set(entry[1].split())
    assert named == files


def test_the_files_that_are_begun_first_are_there():
    assert [name for name in LONGEST if not (ROOT / f"tests/{name}.py").exists()] == []


def test_contributing_names_the_pure_stages():
    text = (ROOT / "CONTRIBUTING.md").read_text()
    assert re.search(r"`([a-z ]+)` are stages", text)[1].split() == sorted(STAGES)
