"""A module of a user's own that happens to have the name of a folder of ours."""

FACTOR = 3
