# Leaves processes that belong to nobody: forked twice, in sessions of their own, deaf to signals.
for _ in range(5):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in range(1, 64):
                with contextlib.suppress(OSError, ValueError):
                    signal.signal(number, signal.SIG_IGN)
            while True:
                time.sleep(0.01)
        os._exit(0)
result = pl.DataFrame({'outcome': ['refused']})
