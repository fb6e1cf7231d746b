"""The house: which room may know which. Imports go one way, every module has its place, no room outgrows itself."""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "pipeline"

# A room may import from its own floor's group and from any floor below. Lowest first.
FLOORS: list[dict[str, set[str]]] = [
    {"words": {"records", "errors"}},
    {
        "files": {"shipped", "prompts", "settings", "tokens", "keys"},
        "sockets": {"sockets", "stopping", "pacing"},
        "changes": {"changes"},
        "promises": {"promises"},
    },
    {
        "fetch": {"fetch"},
        "model": {"model"},
        "thinking": {
            "read",
            "triage",
            "pursue",
            "extract",
            "synthesize",
            "verify",
            "independence",
            "versions",
            "states",
            "polling",
            "due",
            "day",
            "discover",
        },
        "publish": {"publish"},
        "recording": {"recording"},
    },
    {"store": {"store"}},
    {"stages": {"stages"}},
    {"run": {"thread_run"}},
    {"batch": {"batch"}},
    {"workshop": {"workshop"}},
    {"records kept": {"archive"}, "places": {"places"}},
    {"desk": {"desk"}},
    {"machine": {"machine"}},
    {"worker": {"worker"}},
    {"wiring": {"wiring"}},
    {"demo": {"demo"}},
    {"cli": {"cli", "commands", "terminal"}},
]
VAGUE = {"utils", "util", "helpers", "common", "misc", "base", "core", "manager"}
LONGEST_FILE = 400
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
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in found if name in known}


def place(module: str) -> tuple[int, str] | None:
    room = module.split(".")[1] if "." in module else None
    if room is None:
        return (0, "words")  # the package itself holds only its version
    for height, floor in enumerate(FLOORS):
        for group, rooms in floor.items():
            if room in rooms:
                return height, group
    return None


def test_every_module_has_its_place():
    assert [module for module in modules() if place(module) is None] == []
    rooms = {m.split(".")[1] for m in modules() if "." in m}
    assert {room for floor in FLOORS for group in floor.values() for room in group} == rooms


def test_imports_go_down():
    known = modules()
    wrong = []
    for module, path in known.items():
        height, group = place(module) or (0, "")
        for target in imports(path, known):
            below, theirs = place(target) or (0, "")
            if not (below < height or theirs == group):
                wrong.append(f"{module} imports {target}")
    assert wrong == []


def test_there_is_no_circle():
    known = modules()
    graph = {module: imports(path, known) - {module} for module, path in known.items()}
    # a package's own __init__ is imported with every module of it, so it may import none of them
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join((*trail, module))
        if module not in done:
            for target in sorted(graph[module]):
                visit(target, (*trail, module))
            done.add(module)

    for module in sorted(graph):
        visit(module, ())


def test_names_say_what_a_room_is_for():
    assert [m for m in modules() if VAGUE & set(m.split("."))] == []


def test_no_room_outgrows_itself():
    long = {m: len(p.read_text().splitlines()) for m, p in modules().items()}
    assert {m: lines for m, lines in long.items() if lines > LONGEST_FILE} == {}


def test_only_the_command_line_prints_and_only_wiring_reads_environment_and_clock():
    may = {
        "print": {"pipeline.cli", "pipeline.commands", "pipeline.commands.reading"},
        "environ": {"pipeline.wiring", "pipeline.tokens"},
        "now": {"pipeline.wiring"},
    }
    for module, path in modules().items():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                assert module in may["print"], f"{module} prints"
            if isinstance(node, ast.Attribute) and node.attr == "environ":
                assert module in may["environ"], f"{module} reads the environment"
            if isinstance(node, ast.Attribute) and ast.unparse(node) in CLOCK:
                assert module in may["now"], f"{module} reads the clock"


def test_every_public_name_is_explained():
    missing = []
    for module, path in modules().items():
        tree = ast.parse(path.read_text())
        if not ast.get_docstring(tree):
            missing.append(module)
    assert missing == []
