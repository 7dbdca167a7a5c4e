# Closes the conversation and works on.
# ends: WORKER_CRASHED: The worker died while it ran the code.
# ends: TIMED_OUT: *
channel()
for number in range(3, 256):
    with contextlib.suppress(OSError):
        os.close(number)
while True:
    time.sleep(1)
