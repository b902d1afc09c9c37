"""Inputs from files, for inputs expressions. Standard library only.

The equivalent program shows the source of these functions, so each stands by itself.
"""


def lines(path: str) -> list[str]:
    """The lines of a UTF-8 text file, without their ends; an input each."""
    with open(path, encoding="utf-8-sig") as file:
        return file.read().splitlines()


def column(path: str, name: str) -> list[str | int | float]:
    """The column called `name` of a CSV file with a header line.

    The values are integers if all of them are, else floats if all are numbers, else texts.
    """
    import csv

    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if name not in (rows.fieldnames or ()):
            raise KeyError(
                f"{path} has no column {name}; it has {', '.join(rows.fieldnames or ())}"
            )
        texts = [row[name] or "" for row in rows]
    for number in (int, float):
        try:
            return [number(text) for text in texts]
        except ValueError:
            continue
    return list(texts)
