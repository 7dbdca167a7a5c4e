# Doubles itself without end.
# ends: TIMED_OUT: *
# ends: WORKER_CRASHED: *
# ends: OUT_OF_MEMORY: *
while True:
    with contextlib.suppress(OSError):
        os.fork()
