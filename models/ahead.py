"""Work that is done ahead by a thread: one item, so that memory holds no more than two batches of decoded images."""

import queue
import threading


def ahead(items):
    """The items of an iterator, the next of which is made while the caller works with the one before."""
    made = queue.Queue()
    wanted = threading.Semaphore(1)
    end = object()

    def make():
        try:
            rest = iter(items)
            while True:
                wanted.acquire()
                item = next(rest, end)
                made.put((item, None))
                if item is end:
                    return
        except Exception as error:  # raised again where the items are used
            made.put((end, error))

    thread = threading.Thread(target=make)
    thread.daemon = True  # a read that never ends must not keep the process
    thread.start()
    while True:
        item, error = made.get()
        if error is not None:
            raise error
        if item is end:
            return
        wanted.release()
        yield item
