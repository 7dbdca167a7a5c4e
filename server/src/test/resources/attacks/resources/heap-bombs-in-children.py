# Takes the memory in many processes, each of them small.
# ends: OUT_OF_MEMORY: *
# ends: WORKER_CRASHED: *
# ends: TIMED_OUT: *
for _ in range(40):
    if os.fork() == 0:
        kept = b'x' * (60 << 20)
        time.sleep(60)
time.sleep(60)
