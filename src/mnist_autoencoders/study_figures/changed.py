"""Whether the code that made a study has changed since."""

from mnist_autoencoders.studies.code import digests


def changed_since(code: dict[str, str]) -> list[str]:
    """The paths whose code is another one than when a study was made, given its digests by path."""
    now = digests(code)
    return [path for path in code if now[path] != code[path]]
