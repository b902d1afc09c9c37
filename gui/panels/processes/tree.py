"""The tree of a run's processes, as it is shown: who is whose child, and who has gone. No Qt."""

from bisect import bisect_left
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from .node import Node, all_below, insert, key_of, show
from .places import (
    KINDS,
    MEMBER,
    NODE,
    PAGE,
    Crowd,
    Subject,
    Which,
    member_handle,
    page_handle,
    parts_of,
)

MOST_DEPTH = 24
"""A file may tell of a chain without end; what is deeper stands beside its parent."""


class Changes(Protocol):
    """Who wants to know before and after rows come and go. The parent's handle; None: the root."""

    def inserting(
        self, parent: int | None, first: int, last: int
    ) -> AbstractContextManager[None]: ...

    def removing(
        self, parent: int | None, first: int, last: int
    ) -> AbstractContextManager[None]: ...


class Tree:
    """Rows by their handles, see places.py. It knows nothing of where they come from."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self.root = Node(0, Subject(), None)
        self.root.shown = True
        self._nodes: dict[int, Node] = {0: self.root}
        self._serial = 0
        self._waiting: dict[Node, list[Node]] = {}
        self.crowds = tuple(Crowd(which) for which in Which)
        self._crowd_nodes: list[Node | None] = [None, None]

    # --- making it

    def add(self, subject: Subject, parent: Node | None) -> Node:
        """A new row; it is not seen before `settle`."""
        above = parent or self.root
        while above.depth >= MOST_DEPTH and above.parent is not None:
            above = above.parent
        self._serial += 1
        node = Node(self._serial, subject, above)
        self._nodes[node.serial] = node
        self._hang(node, above)
        return node

    def _hang(self, node: Node, above: Node) -> None:
        if above.shown:
            self._waiting.setdefault(above, []).append(node)
        else:  # comes with it
            insert(above.children, node)

    def settle(self) -> None:
        """Show all that was added: neighbours at once."""
        waiting, self._waiting = self._waiting, {}
        for parent, nodes in waiting.items():
            nodes.sort(key=key_of)
            start = 0
            while start < len(nodes):
                row = bisect_left(parent.children, nodes[start].key, key=key_of)
                limit = parent.children[row].key if row < len(parent.children) else None
                stop = start + 1
                while stop < len(nodes) and (limit is None or nodes[stop].key < limit):
                    stop += 1
                new = nodes[start:stop]
                with self._changes.inserting(self._of(parent), row, row + len(new) - 1):
                    parent.children[row:row] = new
                    for node in new:
                        show(node)
                start = stop

    def __contains__(self, serial: int) -> bool:
        return serial in self._nodes

    def remove(self, node: Node, *, keep: bool = False) -> list[Node]:
        """Take a row away; returns those that were below it, for whoever takes them in.

        keep: to `move` it elsewhere.
        """
        parent = node.parent
        assert parent is not None
        if node.shown:
            row = parent.children.index(node)
            with self._changes.removing(self._of(parent), row, row):
                del parent.children[row]
        else:
            siblings = self._waiting.get(parent, parent.children)
            siblings.remove(node)
        below = [*node.children, *self._waiting.pop(node, ())]
        node.children = []
        if not keep:
            del self._nodes[node.serial]
        return below

    def move(self, node: Node, above: Node) -> None:
        """A row that was below one that has been removed finds another place."""
        node.parent = above
        for one in all_below(node):
            one.shown = False
            one.depth = 1 if one.parent is None else one.parent.depth + 1
        self._hang(node, above)

    def join_crowd(self, which: Which, members: Sequence[int], parent: Node | None) -> None:
        """So many more have gone; the first of them brings the crowd's row, below `parent`."""
        if not members:
            return
        crowd, node = self.crowds[which], self._crowd_nodes[which]
        if node is None:
            crowd.members.extend(members)
            node = self.add(Subject(which=which), parent)
            self._crowd_nodes[which] = node
            self.settle()
            return
        handle, before = node.handle, len(crowd)
        after = before + len(members)
        if after <= PAGE:
            with self._changes.inserting(handle, before, after - 1):
                crowd.members.extend(members)
            return
        if before <= PAGE:  # from now on it has pages
            with self._changes.removing(handle, 0, before - 1):
                crowd.members, kept = crowd.members[:0], crowd.members
            with self._changes.inserting(handle, 0, -(-after // PAGE) - 1):
                crowd.members = kept
                crowd.members.extend(members)
            return
        self._fill_pages(crowd, handle, members)

    def _fill_pages(self, crowd: Crowd, handle: int, members: Sequence[int]) -> None:
        last = crowd.pages - 1
        room = PAGE - crowd.size_of(last)
        if first := members[:room]:
            start = crowd.size_of(last)
            at = page_handle(crowd.which, last)
            with self._changes.inserting(at, start, start + len(first) - 1):
                crowd.members.extend(first)
        if rest := members[room:]:
            pages = -(-(len(crowd) + len(rest)) // PAGE)
            with self._changes.inserting(handle, last + 1, pages - 1):
                crowd.members.extend(rest)

    # --- reading it

    def node(self, handle: int | None) -> Node | None:
        """None for a row of a crowd."""
        if handle is None:
            return self.root
        return None if handle % KINDS else self._nodes.get(handle // KINDS)

    def _of(self, node: Node) -> int | None:
        return None if node is self.root else node.handle

    def crowd_node(self, which: Which) -> Node | None:
        """The row under which a crowd is; None while nobody is in it."""
        return self._crowd_nodes[which]

    def count(self, handle: int | None) -> int:
        """Of the rows below."""
        node = self.node(handle)
        if node is not None:
            if node.subject.which is None:
                return len(node.children)
            crowd = self.crowds[node.subject.which]
            return crowd.pages or len(crowd)
        assert handle is not None
        kind, which, place = parts_of(handle)
        return self.crowds[which].size_of(place) if kind not in (NODE, MEMBER) else 0

    def child(self, handle: int | None, row: int) -> int:
        node = self.node(handle)
        if node is not None:
            which = node.subject.which
            if which is None:
                return node.children[row].handle
            paged = self.crowds[which].pages
            return page_handle(which, row) if paged else member_handle(which, row)
        assert handle is not None
        _, which, page = parts_of(handle)
        return member_handle(which, page * PAGE + row)

    def parent(self, handle: int) -> int | None:
        """None for the root."""
        node = self.node(handle)
        if node is not None:
            return None if node.parent is None else self._of(node.parent)
        kind, which, place = parts_of(handle)
        if kind == MEMBER and self.crowds[which].pages:
            return page_handle(which, place // PAGE)
        above = self._crowd_nodes[which]
        return None if above is None else above.handle

    def row(self, handle: int) -> int:
        """Its place among its siblings."""
        node = self.node(handle)
        if node is not None:
            return 0 if node.parent is None else node.parent.children.index(node)
        kind, which, place = parts_of(handle)
        if kind == MEMBER and self.crowds[which].pages:
            return place % PAGE
        return place

    def has(self, handle: int) -> bool:
        """Whether the row is there, and not only known."""
        node = self.node(handle)
        if node is not None:
            return node.shown
        kind, which, place = parts_of(handle)
        if kind == NODE:
            return False
        crowd = self.crowds[which]
        return place < (len(crowd) if kind == MEMBER else crowd.pages)

    def member(self, handle: int) -> tuple[Which, int]:
        """Who is at a place in a crowd: an ordinal, or the number of a process."""
        _, which, place = parts_of(handle)
        return which, self.crowds[which].members[place]

    def span(self, handle: int) -> Subject:
        """Of a crowd or a page of it: which of its members are there."""
        kind, which, place = parts_of(handle)
        if kind == NODE:
            crowd = self._nodes[place].subject.which
            assert crowd is not None
            return Subject(which=crowd, first=1, last=len(self.crowds[crowd]))
        first = place * PAGE
        last = first + self.crowds[which].size_of(place)
        return Subject(which=which, first=first + 1, last=last, page=True)
