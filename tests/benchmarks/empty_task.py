"""The task of the recorder's benchmark: all that is left is the pool itself."""


def nothing(_: int) -> None:
    """Does nothing."""
