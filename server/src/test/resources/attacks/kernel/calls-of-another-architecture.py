# A filter that knows the calls of one architecture is passed by those of another: x32.
# ends: [["refused"]]
# ends: WORKER_CRASHED: *
# ends: TIMED_OUT: *
result = outcomes({'getpid of x32': lambda: syscall(0x40000000 | 39), 'ptrace of x32': lambda: syscall(0x40000000 | 521, 0, 0, 0, 0)})
