"""Data that Poolscope brings with it, read as package resources: from a wheel or zip, too."""

from importlib import resources
from pathlib import Path


def read_bytes(name: str) -> bytes:
    """The content of a resource, such as "icons/poolscope.svg". FileNotFoundError if none is so."""
    return resources.files(__package__).joinpath(*name.split("/")).read_bytes()


def read_text(name: str) -> str:
    """The same as text."""
    return read_bytes(name).decode("utf-8")


def resource_path(name: str) -> Path:
    """The file itself, for what only takes file names: style sheets, translations."""
    return Path(__file__).parent.joinpath(*name.split("/"))
