# Stops the server by its number outside, by signals and by process descriptors.
also = ('ESRCH',)
result = outcomes({
    'kill': lambda: os.kill(server, signal.SIGSTOP),
    'group': lambda: os.killpg(server, signal.SIGSTOP),
    'descriptor': lambda: os.pidfd_open(server),
    'priority': lambda: os.setpriority(os.PRIO_PROCESS, server, 19),
    'affinity': lambda: os.sched_setaffinity(server, {0}),
    'limits': lambda: __import__('resource').prlimit(server, __import__('resource').RLIMIT_NOFILE),
}, also=also)
