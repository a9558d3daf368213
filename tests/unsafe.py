"""What our own code must not do, found in its text: code loaded from data, shells, open doors."""

import ast
import re
from collections.abc import Iterator

MODULES = {
    "cloudpickle", "dill", "jsonpickle", "marshal", "multiprocessing.connection", "pickle",
    "shelve", "telnetlib", "xmlrpc",
}  # fmt: skip
"""What runs code of what it reads, or speaks in the clear."""

CALLS = {
    *("eval", "exec", "compile", "__import__", "breakpoint"),
    *("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"),
    *("joblib.load", "pd.read_pickle", "pandas.read_pickle", "torch.load", "tempfile.mktemp"),
    *("yaml.load", "yaml.unsafe_load", "yaml.full_load", "Markup", "markupsafe.Markup"),
    *("keras.config.enable_unsafe_deserialization", "np.core.multiarray.load"),
}

ENDS = ("extractall", "unpack_archive", "enable_unsafe_deserialization")
"""Last words of calls, whatever they are called on: members of an archive may name any path."""

OPTIONS = {
    "safe_mode": False,
    "allow_pickle": True,
    "shell": True,
    "verify": False,
    "autoescape": False,
    "trust_remote_code": True,
    "weights_only": False,
}
"""Options with the value that they must not have."""

TEXTS = {
    r"http://(?!(127\.0\.0\.1|localhost)\b)": "an address without TLS",
    r"^(0\.0\.0\.0|::)$": "a server for every machine",
    r"^--disable-security-middleware$": "a server without protection",
}
"""What no text may hold."""

TEMPLATE = {
    r"\|\s*(safe|tojson)\b": "a filter that escapes nothing",
    r"\bautoescape\s+false\b": "a part that escapes nothing",
    # pictures are data: addresses of our making
    r"\b(href|src)=\"?\{\{(?! (held\.address|picture\())": "an address that may be javascript:",
    r"\bon[a-z]+=": "a script in an attribute",
    r"https?:|//[a-z]": "something to fetch",
}


def in_code(text: str) -> Iterator[str]:
    """What is unsafe in the text of a module, in words."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (f"imports {each.name}" for each in names if _is_unsafe(each.name))
            case ast.ImportFrom(module=str(module)) if _is_unsafe(module):
                yield f"imports {module}"
            case ast.Call(func=function):
                yield from _in_call(ast.unparse(function), node)
            case ast.Constant(value=str(value)):
                yield from (words for pattern, words in TEXTS.items() if re.search(pattern, value))


def in_template(text: str) -> Iterator[str]:
    """What is unsafe in the text of a template, in words, with where it stands."""
    for number, line in enumerate(text.splitlines(), start=1):
        for pattern, words in TEMPLATE.items():
            if found := re.search(pattern, line):
                yield f"{words} in line {number}: {line[found.start() :].strip()}"


def _in_call(name: str, call: ast.Call) -> Iterator[str]:
    if name in CALLS or name.rpartition(".")[2] in ENDS:
        yield f"calls {name}"
    options = {each.arg: each.value for each in call.keywords}
    for option, wrong in OPTIONS.items():
        value = options.get(option)
        # an option that is worked out may have any value
        if value is not None and not (isinstance(value, ast.Constant) and value.value is not wrong):
            yield f"calls {name} with {option}={ast.unparse(value)}"
    if name.rpartition(".")[2] == "Environment" and "autoescape" not in options:
        yield f"calls {name} without autoescape"
    if name.rpartition(".")[2] == "YAML" and "unsafe" in ast.unparse(call):
        yield f"calls {name} for unsafe files"


def _is_unsafe(module: str) -> bool:
    return module in MODULES or module.partition(".")[0] in MODULES
