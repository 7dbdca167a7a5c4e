# Ignores every signal that can be ignored, and never ends.
# ends: TIMED_OUT: The run was stopped after *
for number in range(1, 64):
    with contextlib.suppress(OSError, ValueError):
        signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))
while True:
    time.sleep(1)
