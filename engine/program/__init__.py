"""The equivalent Python program of an experiment."""

from .assembly import program

__all__ = ["program"]
