"""A module whose import starts a thread that keeps its process from exiting."""

import threading
import time

if not threading.current_thread().name.startswith("Pool"):
    threading.Thread(target=time.sleep, args=(600,)).start()


def same(value):
    return value
