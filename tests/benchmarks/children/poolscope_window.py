"""`poolscope` without arguments."""


def main() -> int:
    from poolscope.gui.command_line.main import main as poolscope

    return poolscope([])
