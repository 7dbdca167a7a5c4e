# Overwrites the memory of the sandbox's first process, which belongs to the same account.
# ends: [["refused"]]
# ends: WORKER_CRASHED: *
# ends: TIMED_OUT: *
with contextlib.suppress(OSError):
    with open('/proc/1/maps') as maps, open('/proc/1/mem', 'r+b', buffering=0) as memory:
        for line in maps:
            start, end = (int(each, 16) for each in line.split()[0].split('-'))
            with contextlib.suppress(OSError, OverflowError):
                memory.seek(start)
                memory.write(b'\xcc' * (end - start))
result = pl.DataFrame({'outcome': ['refused']})
