"""Lines of JSON that several processes append and one reads as they grow."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from poolscope.engine.messages import LINE_BYTES, LineTail, append_line


def test_what_is_appended_is_read_once_and_in_order(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    tail = LineTail(path)
    assert list(tail.read()) == []
    for number in range(3):
        append_line(path, {"number": number, "text": "a\nb\r\u2028ü\udc80"})
    assert [line["number"] for line in tail.read()] == [0, 1, 2]
    append_line(path, {"number": 3})
    assert list(tail.read()) == [{"number": 3}] and list(tail.read()) == []


def test_text_of_any_kind_comes_back(tmp_path: Path) -> None:
    texts = ["a\nb\r\x00\u2028", "ü€😀", "\udc80 lone", '"quoted"\\', ""]
    for text in texts:
        append_line(tmp_path / "lines", {"text": text})
    assert [line["text"] for line in LineTail(tmp_path / "lines").read()] == texts


def test_half_a_line_waits_and_a_torn_one_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    tail = LineTail(path)
    with open(path, "ab", buffering=0) as file:
        file.write(b'{"a": 1}\n{"b"')
        assert list(tail.read()) == [{"a": 1}]
        file.write(b": 2}\n")
        assert list(tail.read()) == [{"b": 2}]
        file.write(b'{"torn\n5\n[]\n\xff\xfe\n{"c": 3}\n')
        assert list(tail.read()) == [{"c": 3}]


def test_a_line_that_is_too_long_is_passed_over_and_the_next_ones_count(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    tail = LineTail(path)
    with open(path, "ab", buffering=0) as file:
        file.write(b'{"a": 1}\n{"b": "')
        file.truncate(file.tell() + 3 * LINE_BYTES)  # a hole: it takes no space
        assert list(tail.read()) == [{"a": 1}]
        assert list(tail.read()) == []
        file.write(b'"}\n{"c": 3}\n')
        assert list(tail.read()) == [{"c": 3}]
        file.write(b'{"d": "' + b"x" * LINE_BYTES + b'"}\n{"e": "' + b"x" * (LINE_BYTES // 2))
        assert list(tail.read()) == []
        file.write(b'"}\n')
        (last,) = tail.read()
        assert len(last["e"]) == LINE_BYTES // 2


def test_what_is_nested_without_end_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_bytes(b'{"a":' * 100_000 + b"\n" + b"[" * 100_000 + b'\n{"b": 2}\n')
    assert list(LineTail(path).read()) == [{"b": 2}]


def _append(path: str, name: str) -> None:
    for number in range(300):
        append_line(path, {"name": name, "number": number, "text": name * 500})


def test_lines_of_several_writers_are_never_torn(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    with ThreadPoolExecutor(4) as writers:  # each line has a file description of its own
        list(writers.map(_append, [str(path)] * 4, "abcd"))
    lines = list(LineTail(path).read())
    for name in "abcd":
        numbers = [line["number"] for line in lines if line["name"] == name]
        assert numbers == list(range(300))
