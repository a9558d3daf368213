"""Our own code loads no code from data, starts no shell, escapes the page, serves no one else."""

import pytest

from tests.projects import ROOT
from tests.unsafe import in_code, in_template

ALLOWED = {
    (
        "src/mnist_autoencoders/pipeline/warm.py",
        "imports multiprocessing.connection",
    ): "between a process and its forks, in a folder that only their user may enter",
    (
        "src/mnist_autoencoders/page/templates/index.html.jinja",
        "a filter that escapes nothing in line 186: | safe }}</script>",
    ): "numbers of the laboratory, in which `read_laboratory` escapes what could end the element",
    (
        "src/mnist_autoencoders/page/templates/index.html.jinja",
        "a filter that escapes nothing in line 187: | safe }}</script>",
    ): "the laboratory's own code",
    (
        "src/mnist_autoencoders/registry/card.py",
        "calls Environment without autoescape",
    ): "Markdown, of names that params.yaml's schema has checked",
    ("src/mnist_autoencoders/sources/idx.py", "an address without TLS"): "where a format is told",
    ("src/mnist_autoencoders/tracking/store.py", "an address without TLS"): "of the user's server",
    ("stages/ui.py", "an address without TLS"): "of this machine, by its names",
}
"""What stands there for a reason."""


def found() -> dict[str, set[str]]:
    """What is unsafe, by file."""
    code = [
        path for folder in ("src", "stages", "benchmarks") for path in (ROOT / folder).rglob("*.py")
    ]
    assert len(code) > 100
    templates = [*(ROOT / "src").rglob("*.jinja")]
    assert len(templates) > 8
    unsafe = {path: set(in_code(path.read_text(encoding="utf-8"))) for path in code}
    unsafe |= {path: set(in_template(path.read_text(encoding="utf-8"))) for path in templates}
    return {path.relative_to(ROOT).as_posix(): words for path, words in unsafe.items() if words}


def test_nothing_unsafe_stands_in_our_code() -> None:
    pairs = {(file, words) for file, all_words in found().items() for words in all_words}
    assert pairs == set(ALLOWED)


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "from cloudpickle import loads",
        "import marshal as m",
        "from multiprocessing.connection import Client",
        "eval(text)",
        "os.system('ls')",
        "subprocess.run(command, shell=True)",
        "subprocess.run(command, shell=wanted)",
        "keras.models.load_model(path, safe_mode=False)",
        "keras.config.enable_unsafe_deserialization()",
        "np.load(path, allow_pickle=True)",
        "np.load(path, allow_pickle=not safe)",
        "joblib.load(path)",
        "pd.read_pickle(path)",
        "yaml.load(text)",
        "YAML(typ='unsafe')",
        "requests.get(address, verify=False)",
        "MIRROR = 'http://example.org/mnist/'",
        "f'http://{host}/'",
        "server.bind(('0.0.0.0', 80))",
        "command += ['--host', '0.0.0.0']",
        "Environment(loader=loader)",
        "jinja2.Environment(autoescape=False)",
        "Markup(name)",
        "archive.extractall(folder)",
        "shutil.unpack_archive(path)",
    ],
)
def test_what_is_unsafe_is_found(line: str) -> None:
    assert len(list(in_code(line))) == 1


@pytest.mark.parametrize(
    "line",
    [
        "<p>{{ name | safe }}</p>",
        "{% autoescape false %}",
        '<a href="{{ link }}">',
        '<p onclick="go()">',
        '<script src="https://example.org/x.js"></script>',
        '<img src="//example.org/x.png">',
    ],
)
def test_what_is_unsafe_in_a_template_is_found(line: str) -> None:
    assert len(list(in_template(line))) == 1


def test_what_is_safe_is_let_be() -> None:
    lines = [
        "np.load(path)",
        "np.savez(path, allow_pickle=False)",
        "YAML(typ='safe').load(path)",
        "Environment(autoescape=True)",
        "re.compile(pattern)",
        "say('http://127.0.0.1:5000/')",
        "requests.get('https://example.org')",
    ]
    assert [line for line in lines if list(in_code(line))] == []
    assert not list(in_template('<a href="#model-{{ name }}">{{ name }}</a>'))
