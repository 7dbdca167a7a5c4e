# Kills every process that it may, by -1 and by each number.
# ends: [["refused"]]
# ends: WORKER_CRASHED: *
with contextlib.suppress(OSError):
    os.kill(-1, signal.SIGKILL)
for pid in range(1, 70_000):
    if pid != os.getpid():
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
result = pl.DataFrame({'outcome': ['refused']})
