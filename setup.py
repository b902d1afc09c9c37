"""Finds the packages, so that a new folder is never missed; all the rest is in pyproject.toml.

The three folders are installed inside the namespace package `poolscope`, because user code runs
in our host process and users do have modules called `engine` and `gui`.
"""

from setuptools import find_packages, setup

FOLDERS = ("engine", "gui", "resources")

setup(
    package_dir={f"poolscope.{folder}": folder for folder in FOLDERS},
    packages=[
        f"poolscope.{package}"
        for folder in FOLDERS
        for package in (folder, *(f"{folder}.{child}" for child in find_packages(folder)))
    ],
)
