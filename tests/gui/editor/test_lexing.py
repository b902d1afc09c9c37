import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poolscope.gui.editor.lexing import Ink, line_spans, units


def parts(text: str) -> list[list[tuple[str, Ink]]]:
    return [
        [(line[span.start : span.start + span.length], span.ink) for span in spans]
        for line, spans in zip(text.split("\n"), line_spans(text), strict=True)
    ]


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("def crunch(x): pass", ("crunch", Ink.DEFINITION)),
        ("class Job: pass", ("Job", Ink.DEFINITION)),
        ("return x", ("return", Ink.KEYWORD)),
        ("a and b", ("and", Ink.KEYWORD)),
        ("x = 0.5e-3", ("0.5e-3", Ink.NUMBER)),
        ("x = 1  # why", ("# why", Ink.COMMENT)),
        ("print(x)", ("print", Ink.BUILTIN)),
        ("raise ValueError", ("ValueError", Ink.BUILTIN)),
        ("x = None", ("None", Ink.BUILTIN)),
        ("@cache\ndef f(): pass", ("@cache", Ink.DECORATOR)),
    ],
)
def test_each_part_of_python_has_its_ink(line: str, part: tuple[str, Ink]) -> None:
    assert part in parts(line)[0]


def test_a_string_over_several_lines_is_one_on_each_of_them() -> None:
    first, second, third = parts('x = """one\n  def two\nthree"""')
    assert {ink for line in (first, second, third) for _, ink in line} == {Ink.STRING}
    assert "".join(text for text, _ in second) == "  def two"


def test_columns_are_counted_as_qt_counts_them() -> None:
    (spans,) = line_spans("'\N{GRINNING FACE}' # x")
    assert [(span.start, span.length) for span in spans if span.ink is Ink.COMMENT] == [(5, 3)]
    assert units("\N{GRINNING FACE}a") == 3


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="\r")))
def test_any_text_gets_as_many_lists_as_it_has_lines_and_no_span_beyond_its_line(text: str) -> None:
    for line, spans in zip(text.split("\n"), line_spans(text), strict=True):
        assert all(span.start + span.length <= units(line) for span in spans)
