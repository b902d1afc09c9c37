"""What multiprocessing.Pool gives by itself: every method, as JSON. `plain_pool.py START MAX N`."""

import json
import multiprocessing
import sys

INPUTS = list(range(11))


def square(number):
    return number * number


def subtract(left, right):
    return left - right


def told(call):
    """What `call` gives. With chunks of its own choice Pool divides by the number of its workers,
    and between the last that has left and the next there may be none: then once more.
    """
    while True:
        try:
            return call()
        except ZeroDivisionError:
            pass


def main():
    start_method, most, chunksize = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
    pairs = [(number, 2 * number) for number in INPUTS]
    for_imap = chunksize or 1
    context = multiprocessing.get_context(start_method)
    pool = context.Pool(2, maxtasksperchild=most)
    found = {
        "map": told(lambda: pool.map(square, INPUTS, chunksize)),
        "starmap": told(lambda: pool.starmap(subtract, pairs, chunksize)),
        "imap": list(pool.imap(square, INPUTS, for_imap)),
        "imap_unordered": list(pool.imap_unordered(square, INPUTS, for_imap)),
        "apply": [pool.apply(square, (number,)) for number in INPUTS],
        "apply_async": [r.get() for r in [pool.apply_async(square, (n,)) for n in INPUTS]],
        "map_async": told(lambda: pool.map_async(square, INPUTS, chunksize).get()),
        "starmap_async": told(lambda: pool.starmap_async(subtract, pairs, chunksize).get()),
    }
    pool.close()
    pool.join()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
